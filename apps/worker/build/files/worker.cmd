@echo off
rem Starts the worker with Node: node.exe in this folder, or else the installed one.
setlocal
set "NODE_EXE=%~dp0node.exe"
if not exist "%NODE_EXE%" set "NODE_EXE=%ProgramFiles%\nodejs\node.exe"
if not exist "%NODE_EXE%" set "NODE_EXE=node.exe"
"%NODE_EXE%" "%~dp0worker.mjs" %*
set "CODE=%ERRORLEVEL%"
if "%CODE%"=="9009" echo renderdeck worker: node.exe was not found. Install Node, or put node.exe into this folder. 1>&2
exit /b %CODE%
