<#
.SYNOPSIS
Runs the worker of this folder as a task of the logged-on user. docs/hosts/windows.md gives the
reasons.

.DESCRIPTION
Register    makes the task. It starts when -User logs on, and runs only while -User is logged on.
            Perhaps only an administrator may make it. This command does not start the task.
Unregister  removes the task. Refused while the task runs.
Start       starts the task now.
Stop        ends the worker in order; the jobs of its renders go back to the queue.
Drain       lets the renders finish, then ends the worker.
Status      prints the state of the task and its last result.
Run         runs the worker; the task calls this.

The exit code of Stop and Drain is that of `worker stop`: 0 when the worker has ended in order, 3
when no worker ran. Never end the task in Task Scheduler: that kills the worker and its renders.

.EXAMPLE
powershell -ExecutionPolicy Bypass -File windows-task.ps1 Register -User HOST\render
#>
[CmdletBinding()]
param(
  [Parameter(Mandatory = $true, Position = 0)]
  [ValidateSet('Register', 'Unregister', 'Start', 'Stop', 'Drain', 'Status', 'Run')]
  [string] $Action,
  [string] $TaskName = 'Renderdeck worker',
  [string] $User = "$env:USERDOMAIN\$env:USERNAME",
  [string] $Log = '',
  # The longest wait of Stop and Drain in seconds; 0: the default of `worker stop`.
  [ValidateRange(0, 2147483)]
  [int] $TimeoutSeconds = 0
)
Set-StrictMode -Version 2.0
$ErrorActionPreference = 'Stop'

$NoWorker = 3
# Settings and data are beside this folder, so that an update does not replace them.
$Base = Split-Path -Parent $PSScriptRoot
if ($Log -eq '') { $Log = Join-Path $Base 'logs\worker.log' }

function Find-Node {
  $own = Join-Path $PSScriptRoot 'node.exe'
  if (Test-Path -LiteralPath $own) { return $own }
  $installed = Join-Path $env:ProgramFiles 'nodejs\node.exe'
  if (Test-Path -LiteralPath $installed) { return $installed }
  return (Get-Command -Name 'node.exe' -CommandType Application | Select-Object -First 1).Source
}

function Invoke-Worker([string[]] $Arguments) {
  Push-Location -LiteralPath $Base
  try {
    & (Find-Node) (Join-Path $PSScriptRoot 'worker.mjs') @Arguments | Out-Host
    return $LASTEXITCODE
  } finally {
    Pop-Location
  }
}

function Get-Task { Get-ScheduledTask -TaskName $TaskName -ErrorAction SilentlyContinue }

function Assert-NotRunning {
  $task = Get-Task
  if ($null -ne $task -and $task.State -eq 'Running') {
    throw "The task '$TaskName' runs. Let it drain first: windows-task.ps1 Drain"
  }
}

function Protect-Text([string] $Text) { [System.Security.SecurityElement]::Escape($Text) }

function Register-Worker {
  Assert-NotRunning
  $powershell = Join-Path $env:SystemRoot 'System32\WindowsPowerShell\v1.0\powershell.exe'
  # The console is hidden: selecting text in a console would halt the worker's output.
  $arguments = '-NoProfile -NonInteractive -WindowStyle Hidden -ExecutionPolicy Bypass ' +
    "-File `"$PSCommandPath`" Run -Log `"$Log`""
  # No XML declaration, because Task Scheduler refuses one with another encoding than the string.
  $xml = Get-Content -LiteralPath (Join-Path $PSScriptRoot 'windows-task.xml') -Raw
  $xml = $xml.Replace('{USER}', (Protect-Text $User))
  $xml = $xml.Replace('{COMMAND}', (Protect-Text $powershell))
  $xml = $xml.Replace('{ARGUMENTS}', (Protect-Text $arguments))
  $xml = $xml.Replace('{FOLDER}', (Protect-Text $Base))
  Register-ScheduledTask -TaskName $TaskName -Xml $xml -Force | Out-Null
  Write-Host "The task '$TaskName' runs this folder when $User logs on. Log: $Log"
}

function Stop-Worker([string[]] $Options) {
  $arguments = @('stop') + $Options
  if ($TimeoutSeconds -gt 0) { $arguments += @('--timeout', "$TimeoutSeconds") }
  $code = Invoke-Worker $arguments
  if ($code -eq $NoWorker -and $null -ne (Get-Task)) {
    # `worker keep` may be about to start a worker again, so stop the task first.
    Stop-ScheduledTask -TaskName $TaskName
    $code = Invoke-Worker $arguments
  }
  return $code
}

switch ($Action) {
  'Register' { Register-Worker }
  'Unregister' {
    Assert-NotRunning
    Unregister-ScheduledTask -TaskName $TaskName -Confirm:$false
  }
  'Start' { Start-ScheduledTask -TaskName $TaskName }
  'Stop' { exit (Stop-Worker @()) }
  'Drain' { exit (Stop-Worker @('--drain')) }
  'Status' { Get-ScheduledTask -TaskName $TaskName | Get-ScheduledTaskInfo | Format-List }
  'Run' { exit (Invoke-Worker @('keep', '--log', $Log)) }
}
