/* Ends its first thread, while another one sleeps without end. */
#include <windows.h>

static DWORD WINAPI sleep_on(void *unused) {
  Sleep(INFINITE);
  return 0;
}

int main(void) {
  if (CreateThread(NULL, 0, sleep_on, NULL, 0, NULL) == NULL) return 1;
  ExitThread(0);
}
