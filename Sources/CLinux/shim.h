// Linux's own system calls that Swift's Glibc module leaves out.
#include <pthread.h>
#include <signal.h>
#include <sys/eventfd.h>
#include <sys/inotify.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/vfs.h>
#include <sys/xattr.h>

// Declared by glibc for _GNU_SOURCE alone, which the Glibc module is built without.
extern int renameat2(int, const char *, int, const char *, unsigned int);  // renameat2(2): <stdio.h>
extern int syncfs(int);                                                   // syncfs(2): <unistd.h>
extern int pthread_setname_np(pthread_t, const char *);                   // pthread_setname_np(3)
extern int pthread_getname_np(pthread_t, char *, size_t);
enum linux_rename_flag { LINUX_RENAME_NOREPLACE = 1 << 0 };                // renameat2(2): <linux/fs.h>
enum linux_open_flag { LINUX_O_PATH = 0x200000 };                          // open(2): <fcntl.h>
enum linux_fcntl_command { LINUX_F_SETSIG = 10, LINUX_F_SETLEASE = 1024,
                           LINUX_F_OFD_GETLK = 36, LINUX_F_OFD_SETLK = 37 };  // fcntl(2): <linux/fcntl.h>

extern int accept4(int, struct sockaddr *, socklen_t *, int);              // accept4(2): <sys/socket.h>
struct linux_ucred { int pid; unsigned int uid, gid; };                    // SO_PEERCRED: unix(7)

// What statfs(2) says of the file systems whose syncfs(2) is known to wait and to tell: <linux/magic.h>.
enum linux_magic { LINUX_EXT4 = 0xEF53, LINUX_XFS = 0x58465342, LINUX_BTRFS = 0x9123683E };

// Whether the process ignores a signal: sigaction(2). In C, as Swift cannot compare functions.
static inline int linux_ignores(int signal_number) {
  struct sigaction action;
  return sigaction(signal_number, (const struct sigaction *)0, &action) == 0 && action.sa_handler == SIG_IGN;
}
