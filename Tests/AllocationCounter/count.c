// Counts a program's heap allocations: preloaded before the C library, reports the number on standard error.
//   clang -O2 -shared -fPIC -o count.so count.c; LD_PRELOAD=./count.so PROGRAM …
#include <stdatomic.h>
#include <stddef.h>
#include <stdio.h>
#include <unistd.h>

// glibc's own names for what is counted here.
extern void *__libc_malloc(size_t size);
extern void *__libc_calloc(size_t count, size_t size);
extern void *__libc_realloc(void *memory, size_t size);
extern void *__libc_memalign(size_t alignment, size_t size);

static atomic_long allocations;

void *malloc(size_t size) {
  atomic_fetch_add(&allocations, 1);
  return __libc_malloc(size);
}

void *calloc(size_t count, size_t size) {
  atomic_fetch_add(&allocations, 1);
  return __libc_calloc(count, size);
}

void *realloc(void *memory, size_t size) {
  atomic_fetch_add(&allocations, 1);
  return __libc_realloc(memory, size);
}

void *aligned_alloc(size_t alignment, size_t size) {
  atomic_fetch_add(&allocations, 1);
  return __libc_memalign(alignment, size);
}

int posix_memalign(void **memory, size_t alignment, size_t size) {
  const int outOfMemory = 12;
  atomic_fetch_add(&allocations, 1);
  *memory = __libc_memalign(alignment, size);
  return *memory ? 0 : outOfMemory;
}

__attribute__((destructor)) static void report(void) {
  char line[64];
  int length = snprintf(line, sizeof line, "%ld allocations\n", atomic_load(&allocations));
  if (write(STDERR_FILENO, line, (size_t)length) < 0) return;
}
