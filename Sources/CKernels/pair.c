// What pair.h says. Jobs are numbered; whoever moves `claimed` from one number to the next does the second
// half of that job.
#if defined(__linux__) && !defined(_GNU_SOURCE)
#define _GNU_SOURCE  // CPU_COUNT
#endif

#include "pair.h"

#include <sched.h>
#include <semaphore.h>
#include <stdatomic.h>
#include <stdlib.h>

#include "versions.h"

enum {
  // Matrices of fewer blocks are not worth a word with another processor.
  FEWEST_BLOCKS = 8,
  // Looks at a number that another thread will change, each some ten nanoseconds: before the companion goes
  // to sleep, and before the caller lets others run while the companion is at work.
  LOOKS_BEFORE_SLEEP = 2000,
  LOOKS_BEFORE_YIELD = 2000,
};

struct job {
  const struct animo_kernels *kernels;
  const struct animo_weights *weights;
  const struct animo_product_rows *product;  // one of the two; the other is null
  const struct animo_step_rows *step;
};

// A number on a cache line of its own.
struct number {
  _Alignas(ANIMO_ALIGNMENT) atomic_uint value;
};

struct animo_pair {
  struct number posted;   // the last job; written by the caller, after `job`
  struct number claimed;  // the last job whose second half somebody does
  struct number done;     // the last job whose second half the companion has done
  atomic_bool is_asleep;
  atomic_bool is_stopped;
  atomic_flag is_taken;
  sem_t wake;
  struct job job;
};

bool animo_pair_pays(void) {
#if defined(__linux__)
  cpu_set_t allowed;
  // It fails where there are more processors than the set has room for.
  if (sched_getaffinity(0, sizeof allowed, &allowed) == 0) return CPU_COUNT(&allowed) > 1;
#endif
  return true;
}

struct animo_pair *animo_pair_new(void) {
  struct animo_pair *pair = aligned_alloc(_Alignof(struct animo_pair), sizeof *pair);
  if (!pair) return NULL;
  *pair = (struct animo_pair){.is_taken = ATOMIC_FLAG_INIT};
  if (sem_init(&pair->wake, 0, 0) == 0) return pair;
  free(pair);
  return NULL;
}

void animo_pair_free(struct animo_pair *pair) {
  if (!pair) return;
  sem_destroy(&pair->wake);
  free(pair);
}

static void look_again(void) {
#if ANIMO_X86
  __builtin_ia32_pause();
#elif ANIMO_ARM
  __asm__ volatile("yield");
#endif
}

// Activations of 16 units, in bytes.
static ptrdiff_t lanes_size(enum animo_arithmetic arithmetic) {
  switch (arithmetic) {
    case ANIMO_FP32: return 4 * ANIMO_LANES;
    case ANIMO_BF16: return 2 * ANIMO_LANES;
    default: return ANIMO_LANES;
  }
}

static void do_product(const struct job *job, const struct animo_weights *weights, ptrdiff_t first) {
  struct animo_product_rows rows = *job->product;
  rows.output += first * rows.output_block_stride;
  job->kernels->product(weights, &rows);
}

static void do_step(const struct job *job, const struct animo_weights *weights, ptrdiff_t first) {
  struct animo_step_rows rows = *job->step;
  struct animo_start starts[ANIMO_TILE_ROWS];
  for (ptrdiff_t row = 0; row < rows.count; row++) {
    starts[row] = rows.starts[row];
    starts[row].first += first * starts[row].block_stride;
  }
  rows.starts = starts;
  rows.cell += first * ANIMO_LANES;
  rows.output = (char *)rows.output + first * lanes_size(weights->arithmetic);
  if (rows.answers) rows.answers += first * ANIMO_LANES;
  job->kernels->step(weights, &rows);
}

// The first or the second half of the blocks of a job.
static void do_half(const struct job *job, bool is_second) {
  const ptrdiff_t blocks = job->weights->blocks, middle = blocks / 2, first = is_second ? middle : 0;
  struct animo_weights weights = *job->weights;
  weights.packed = animo_block(job->weights, first);
  weights.blocks = is_second ? blocks - middle : middle;
  job->product ? do_product(job, &weights, first) : do_step(job, &weights, first);
}

// Whether the second half of a job is the caller's of this function now.
static bool claim(struct animo_pair *pair, unsigned number) {
  unsigned before = number - 1;
  return atomic_compare_exchange_strong(&pair->claimed.value, &before, number);
}

static void sleep_until_begin(struct animo_pair *pair, unsigned seen) {
  atomic_store(&pair->is_asleep, true);
  // What was posted before this thread said that it sleeps woke nobody.
  const bool is_late = atomic_load(&pair->posted.value) != seen || atomic_load(&pair->is_stopped);
  if (is_late && atomic_exchange(&pair->is_asleep, false)) return;
  while (sem_wait(&pair->wake) != 0) {
  }
}

static void wake(struct animo_pair *pair) {
  if (atomic_load(&pair->is_asleep) && atomic_exchange(&pair->is_asleep, false)) sem_post(&pair->wake);
}

void animo_pair_serve(struct animo_pair *pair) {
  unsigned seen = atomic_load(&pair->posted.value);
  for (int looks = 0; !atomic_load_explicit(&pair->is_stopped, memory_order_relaxed);) {
    const unsigned number = atomic_load_explicit(&pair->posted.value, memory_order_acquire);
    if (number != seen) {
      seen = number;
      looks = 0;
      if (!claim(pair, number)) continue;
      do_half(&pair->job, true);
      atomic_store_explicit(&pair->done.value, number, memory_order_release);
    } else if (looks++ < LOOKS_BEFORE_SLEEP) {
      look_again();
    } else {
      looks = 0;
      sleep_until_begin(pair, seen);
    }
  }
}

void animo_pair_stop(struct animo_pair *pair) {
  atomic_store(&pair->is_stopped, true);
  wake(pair);
}

bool animo_pair_begin(struct animo_pair *pair) {
  if (atomic_flag_test_and_set_explicit(&pair->is_taken, memory_order_acquire)) return false;
  wake(pair);
  return true;
}

void animo_pair_end(struct animo_pair *pair) {
  atomic_flag_clear_explicit(&pair->is_taken, memory_order_release);
}

static void share(struct animo_pair *pair, const struct job *job) {
  const unsigned number = atomic_load_explicit(&pair->posted.value, memory_order_relaxed) + 1;
  pair->job = *job;
  atomic_store_explicit(&pair->posted.value, number, memory_order_release);
  do_half(job, false);
  if (claim(pair, number)) return do_half(job, true);
  int looks = 0;
  while (atomic_load_explicit(&pair->done.value, memory_order_acquire) != number) {
    looks < LOOKS_BEFORE_YIELD ? looks++, look_again() : (void)sched_yield();
  }
}

void animo_pair_product(struct animo_pair *pair, const struct animo_kernels *kernels,
                        const struct animo_weights *weights, const struct animo_product_rows *rows) {
  if (weights->blocks < FEWEST_BLOCKS) return kernels->product(weights, rows);
  share(pair, &(struct job){kernels, weights, rows, NULL});
}

void animo_pair_step(struct animo_pair *pair, const struct animo_kernels *kernels,
                     const struct animo_weights *weights, const struct animo_step_rows *rows) {
  const bool is_small = weights->blocks < FEWEST_BLOCKS || rows->count > ANIMO_TILE_ROWS;
  if (is_small) return kernels->step(weights, rows);
  share(pair, &(struct job){kernels, weights, NULL, rows});
}
