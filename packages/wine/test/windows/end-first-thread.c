/* Ends the first thread of the process while its second thread sleeps for ever. */
#include <windows.h>

static DWORD WINAPI sleep_on(void *unused) {
  Sleep(INFINITE);
  return 0;
}

int main(void) {
  if (CreateThread(NULL, 0, sleep_on, NULL, 0, NULL) == NULL) return 1;
  ExitThread(0);
}
