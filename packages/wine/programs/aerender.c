/*
 * The stand-in for After Effects, as the three native programs that After Effects is on Windows.
 * This one program is installed under three names, and its name decides what it does. aerender.exe
 * prints its version and starts AfterFX.com. AfterFX.com starts AfterFX.exe. AfterFX.exe runs the
 * stand-in's after-fx.mjs in node.exe. The file stand-in.txt beside the programs holds the paths of
 * node.exe and of after-fx.mjs, one path in each line. Each program waits for its child and ends
 * with the child's exit code, as the real programs do. When only one of them is killed, its child
 * goes on.
 */
#include <stdio.h>
#include <stdlib.h>
#include <windows.h>

#define LONGEST 32000
/* describe-renderer.ts recognizes the stand-in by this text. */
static const char VERSION_LINE[] = "aerender version 0.0x0 (Renderdeck stand-in, not After Effects)";

static char *skip_program(char *line) {
  char end = *line == '"' ? '"' : ' ';
  if (end == '"') line++;
  while (*line != 0 && *line != end) line++;
  return *line == 0 ? line : line + 1;
}

static int start(const char *command) {
  static char line[LONGEST];
  snprintf(line, sizeof line, "%s", command);
  STARTUPINFOA startup = {.cb = sizeof startup, .dwFlags = STARTF_USESTDHANDLES};
  startup.hStdInput = GetStdHandle(STD_INPUT_HANDLE);
  startup.hStdOutput = GetStdHandle(STD_OUTPUT_HANDLE);
  startup.hStdError = GetStdHandle(STD_ERROR_HANDLE);
  PROCESS_INFORMATION child;
  if (!CreateProcessA(NULL, line, NULL, NULL, TRUE, 0, NULL, NULL, &startup, &child)) {
    printf("aerender ERROR: %s could not be started (%lu)\n", command, GetLastError());
    return 1;
  }
  WaitForSingleObject(child.hProcess, INFINITE);
  DWORD code = 1;
  GetExitCodeProcess(child.hProcess, &code);
  return (int)code;
}

static void read_line(FILE *file, char *into, int size) {
  if (fgets(into, size, file) == NULL) into[0] = 0;
  into[strcspn(into, "\r\n")] = 0;
}

static int start_after_fx(const char *folder, const char *args) {
  char path[MAX_PATH], node[MAX_PATH], script[MAX_PATH];
  static char command[LONGEST];
  snprintf(path, sizeof path, "%s\\stand-in.txt", folder);
  FILE *file = fopen(path, "r");
  if (file == NULL) return 1;
  read_line(file, node, sizeof node);
  read_line(file, script, sizeof script);
  fclose(file);
  snprintf(command, sizeof command, "\"%s\" \"%s\" %s", node, script, args);
  return start(command);
}

static int asks_version(const char *args) {
  return strstr(args, "-version") != NULL || strstr(args, "-help") != NULL;
}

int main(void) {
  char folder[MAX_PATH];
  GetModuleFileNameA(NULL, folder, sizeof folder);
  char *name = strrchr(folder, '\\');
  *name++ = 0;
  static char command[LONGEST];
  const char *args = skip_program(GetCommandLineA());
  if (_stricmp(name, "AfterFX.exe") == 0) return start_after_fx(folder, args);
  if (_stricmp(name, "AfterFX.com") == 0) {
    snprintf(command, sizeof command, "\"%s\\AfterFX.exe\" %s", folder, args);
    return start(command);
  }
  printf("%s\n", VERSION_LINE);
  if (asks_version(args)) {
    printf("USAGE: aerender -project <file> -comp <name> -output <file> [-s <frame>] ...\n");
    return 0;
  }
  printf("PROGRESS: Launching After Effects...\n");
  fflush(stdout);
  snprintf(command, sizeof command, "\"%s\\AfterFX.com\" %s", folder, args);
  return start(command) == 0 ? 0 : 1;
}
