/* Stands for an encoding: copies the file after the first -i to the last argument. */
#include <stdio.h>
#include <string.h>
#include <windows.h>

int main(int count, char **args) {
  const char *input = NULL;
  for (int at = 1; at + 1 < count && input == NULL; at++)
    if (strcmp(args[at], "-i") == 0) input = args[at + 1];
  if (input == NULL) return 2;
  fprintf(stderr, "frame=5 time=00:00:01.00 bitrate=1kbits/s\n");
  return CopyFileA(input, args[count - 1], FALSE) ? 0 : 1;
}
