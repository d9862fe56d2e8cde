/*
 * A program that does the act that a case names: `acts.exe ACT [VALUE]`. It first waits for a line
 * on standard input, or for the end of the input, so that the case can put it into a job. It prints
 * `ready` when it has done its act. A copy with the name `sleep` does nothing and goes on.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <windows.h>

static char self[MAX_PATH];

/* Returns the pid, or 0. Waits at most `wait_ms` for the end of the started program. */
static DWORD start_until(const char *act, DWORD flags, DWORD wait_ms) {
  char line[MAX_PATH + 64];
  STARTUPINFOA startup = {.cb = sizeof startup};
  PROCESS_INFORMATION made;
  snprintf(line, sizeof line, "\"%s\" %s", self, act);
  if (!CreateProcessA(NULL, line, NULL, NULL, FALSE, flags, NULL, NULL, &startup, &made)) return 0;
  WaitForSingleObject(made.hProcess, wait_ms);
  CloseHandle(made.hThread);
  CloseHandle(made.hProcess);
  return made.dwProcessId;
}

static DWORD start(const char *act, DWORD flags) { return start_until(act, flags, 0); }

static void live(void) {
  printf("ready\n");
  fflush(stdout);
  Sleep(INFINITE);
}

/* Enters a new job that lets its members leave. */
static void enter_own_job(void) {
  JOBOBJECT_EXTENDED_LIMIT_INFORMATION limits = {0};
  HANDLE job = CreateJobObjectA(NULL, NULL);
  limits.BasicLimitInformation.LimitFlags = JOB_OBJECT_LIMIT_BREAKAWAY_OK;
  SetInformationJobObject(job, JobObjectExtendedLimitInformation, &limits, sizeof limits);
  AssignProcessToJobObject(job, GetCurrentProcess());
}

static SERVICE_STATUS_HANDLE service;

static DWORD WINAPI control(DWORD code, DWORD type, void *data, void *context) { return 0; }

static void WINAPI serve(DWORD count, char **arguments) {
  SERVICE_STATUS status = {SERVICE_WIN32_OWN_PROCESS, SERVICE_RUNNING, 0, 0, 0, 0, 0};
  service = RegisterServiceCtrlHandlerExA("renderdeck-escape", control, NULL);
  SetServiceStatus(service, &status);
  Sleep(INFINITE);
}

int main(int count, char **arguments) {
  const char *act = count > 1 ? arguments[1] : "";
  int value = count > 2 ? (int)strtol(arguments[2], NULL, 0) : 0;
  char line[8];
  GetModuleFileNameA(NULL, self, sizeof self);
  if (!strcmp(act, "sleep")) Sleep(INFINITE);
  if (!strcmp(act, "service")) {
    SERVICE_TABLE_ENTRYA table[] = {{"renderdeck-escape", serve}, {NULL, NULL}};
    return !StartServiceCtrlDispatcherA(table);
  }
  if (!strcmp(act, "hop")) { /* a chain: each program starts the next one and ends */
    while (!start("hop", 0)) Sleep(1);
    return 0;
  }
  if (!strcmp(act, "parent")) return start("sleep", 0) == 0;
  if (fgets(line, sizeof line, stdin) == NULL) line[0] = 0;
  if (!strcmp(act, "tree"))
    for (int n = 0; n < value; n++) start("sleep", 0);
  if (!strcmp(act, "orphans"))
    for (int n = 0; n < value; n++) start_until("parent", 0, INFINITE);
  if (!strcmp(act, "chains"))
    for (int n = 0; n < value; n++) start("hop", 0);
  if (!strcmp(act, "nested")) enter_own_job();
  if (!strcmp(act, "flags") || !strcmp(act, "nested")) {
    DWORD pid = start("sleep", (DWORD)value);
    printf("child %lu error %lu\n", pid, pid ? 0 : GetLastError());
  }
  if (!strcmp(act, "cmd")) {
    char command[MAX_PATH + 64];
    snprintf(command, sizeof command, "cmd /c start /b \"\" \"%s\" sleep", self);
    system(command);
  }
  live();
  return 0;
}
