// Tells ThreadSanitizer of Swift's mutexes, as a library to preload.
//
// Synchronization.Mutex takes and releases a lock that nobody waits for by atomic operations that are
// compiled into its user, so that ThreadSanitizer sees them. The other cases are system calls inside of
// Swift's library, which is not instrumented: two threads that took turns by them seem to race for whatever
// the mutex guards. These functions are called in place of the library's (by their mangled names, which
// `swift demangle` reads), and call those.

#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdbool.h>
#include <stdint.h>

#define SWIFT __attribute__((swiftcall))
#define CONTEXT __attribute__((swift_context))
#define HANDLE "$s15Synchronization12_MutexHandleV"
#define LOCK HANDLE "9_lockSlowyys6UInt32VF"
#define TRY_LOCK HANDLE "12_tryLockSlowSbyF"
#define UNLOCK HANDLE "11_unlockSlowyyF"

// The handle is the integer that the atomic operations are about, so that both ways of locking are about
// one address.
SWIFT void lock(uint32_t thread, CONTEXT void *handle) __asm__(LOCK);
SWIFT bool try_lock(CONTEXT void *handle) __asm__(TRY_LOCK);
SWIFT void unlock(CONTEXT void *handle) __asm__(UNLOCK);

// Programs that are preloaded with this and not instrumented, such as `swift test`, have no such functions.
static void tell(const char *what, void *handle) {
  void (*function)(void *) = (void (*)(void *))dlsym(RTLD_DEFAULT, what);
  if (function) function(handle);
}

SWIFT void lock(uint32_t thread, CONTEXT void *handle) {
  ((SWIFT void (*)(uint32_t, CONTEXT void *))dlsym(RTLD_NEXT, LOCK))(thread, handle);
  tell("__tsan_acquire", handle);
}

SWIFT bool try_lock(CONTEXT void *handle) {
  bool is_locked = ((SWIFT bool (*)(CONTEXT void *))dlsym(RTLD_NEXT, TRY_LOCK))(handle);
  if (is_locked) tell("__tsan_acquire", handle);
  return is_locked;
}

SWIFT void unlock(CONTEXT void *handle) {
  tell("__tsan_release", handle);
  ((SWIFT void (*)(CONTEXT void *))dlsym(RTLD_NEXT, UNLOCK))(handle);
}
