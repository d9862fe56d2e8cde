/*
 * A fake libproc of macOS over a table of processes that the test fills. Its structs have the
 * members of Apple's headers, so the compiler computes the offsets. Its answers follow the source
 * of the kernel:
 *
 * - A list has at most 20 more pids than there were when the call began.
 * - A zombie is found only when the caller asks for zombies.
 * - Every user may read the short and the unique information; only the same user the long one.
 */
#include <errno.h>
#include <stdint.h>
#include <string.h>
#include <sys/types.h>

#define MOST 4096
#define SPARE 20
#define ZOMBIE 5

struct short_info {
  uint32_t pid, ppid, pgid, status;
  char comm[16];
  uint32_t flags;
  uint32_t uid, gid, ruid, rgid, svuid, svgid, rfu;
};

struct long_info {
  uint32_t flags, status, xstatus, pid, ppid;
  uint32_t uid, gid, ruid, rgid, svuid, svgid, rfu_1;
  char comm[16];
  char name[32];
  uint32_t nfiles, pgid, pjobc, e_tdev, e_tpgid;
  int32_t nice;
  uint64_t start_tvsec, start_tvusec;
};

struct unique_info {
  uint8_t uuid[16];
  uint64_t uniqueid, puniqueid;
  int32_t idversion, orig_ppidversion;
  uint64_t reserve2, reserve3;
};

struct coalition_info {
  uint64_t coalition_id[2];
  uint64_t reserved1, reserved2, reserved3;
};

struct process {
  struct short_info brief;
  struct long_info full;
  struct unique_info ids;
  struct coalition_info coalition;
  int session, denied, of_other_user;
  char args[4096];
  size_t args_length;
};

static struct process table[MOST];
static int count, late;

void fake_reset(void) { count = late = 0; }

/* This number of processes starts after the count is read and before the list is read. */
void fake_start_late(int processes) { late = processes; }

int fake_add(int pid, int ppid, int pgid, int session, int status, uint64_t id, uint64_t parent_id,
             int version, int parent_version, uint64_t coalition, uint64_t seconds, uint64_t micros, const char *comm,
             const char *name) {
  struct process *p = &table[count++];
  memset(p, 0, sizeof *p);
  p->brief.pid = p->full.pid = pid;
  p->brief.ppid = p->full.ppid = ppid;
  p->brief.pgid = p->full.pgid = pgid;
  p->brief.status = p->full.status = status;
  strncpy(p->brief.comm, comm, sizeof p->brief.comm - 1);
  strncpy(p->full.comm, comm, sizeof p->full.comm - 1);
  strncpy(p->full.name, name, sizeof p->full.name - 1);
  p->full.start_tvsec = seconds;
  p->full.start_tvusec = micros;
  p->ids.uniqueid = id;
  p->ids.puniqueid = parent_id;
  p->ids.idversion = version;
  p->ids.orig_ppidversion = parent_version;
  p->coalition.coalition_id[0] = coalition;
  p->coalition.coalition_id[1] = coalition + 1;
  p->session = session;
  return count - 1;
}

void fake_args(int at, const void *bytes, int length) {
  memcpy(table[at].args, bytes, length);
  table[at].args_length = length;
}

void fake_deny(int at) { table[at].denied = 1; }
void fake_other_user(int at) { table[at].of_other_user = 1; }
void fake_end(int at) { table[at].brief.pid = 0; }

static struct process *find(int pid) {
  for (int at = 0; at < count; at++)
    if ((int)table[at].brief.pid == pid && pid != 0) return &table[at];
  errno = ESRCH;
  return NULL;
}

int proc_listallpids(void *buffer, int size) {
  int most = count - late + SPARE, room = size / (int)sizeof(int), n = 0;
  if (buffer == NULL) return most;
  late = 0;
  for (int at = count - 1; at >= 0 && n < room && n < most; at--)
    if (table[at].brief.pid != 0) ((int *)buffer)[n++] = table[at].brief.pid;
  return n;
}

int proc_pidinfo(int pid, int flavor, uint64_t zombies, void *buffer, int size) {
  struct process *p = find(pid);
  const void *from;
  int length;
  if (p == NULL) return 0;
  if (p->brief.status == ZOMBIE && (!zombies || flavor == 20)) return errno = ESRCH, 0;
  if (p->denied || (p->of_other_user && flavor == 3)) return errno = EPERM, 0;
  switch (flavor) {
    case 3: from = &p->full, length = sizeof p->full; break;
    case 13: from = &p->brief, length = sizeof p->brief; break;
    case 17: from = &p->ids, length = sizeof p->ids; break;
    case 20: from = &p->coalition, length = sizeof p->coalition; break;
    default: return errno = EINVAL, 0;
  }
  if (size < length) return errno = ENOMEM, 0;
  memcpy(buffer, from, length);
  return length;
}

int sysctl(int *name, unsigned int length, void *old, size_t *old_length, void *new_value,
           size_t new_length) {
  if (name[1] == 8) return *(int *)old = 1 << 20, *old_length = sizeof(int), 0;
  struct process *p = find(name[2]);
  if (p == NULL || p->args_length == 0 || p->of_other_user) return errno = EINVAL, -1;
  memcpy(old, p->args, p->args_length);
  *old_length = p->args_length;
  return 0;
}

int sysctlbyname(const char *name, void *old, size_t *old_length, void *new_value,
                 size_t new_length) {
  static const char id[] = "6B29FC40-CA47-1067-B31D-00DD010662DA";
  if (strcmp(name, "kern.bootsessionuuid") != 0) return errno = ENOENT, -1;
  memcpy(old, id, sizeof id);
  *old_length = sizeof id;
  return 0;
}

int getsid(int pid) {
  struct process *p = find(pid);
  return p == NULL ? -1 : p->session;
}
