/* Opens a file so that no other program may delete it, prints "held" and waits to be killed. */
#include <stdio.h>
#include <windows.h>

int main(int argc, char **argv) {
  if (argc < 2) return 2;
  HANDLE file = CreateFileA(argv[1], GENERIC_READ, FILE_SHARE_READ | FILE_SHARE_WRITE, NULL,
                            OPEN_EXISTING, 0, NULL);
  if (file == INVALID_HANDLE_VALUE) return 1;
  printf("held\n");
  fflush(stdout);
  Sleep(INFINITE);
  return 0;
}
