// The loops of an optimiser, compiled once for each instruction set, and which versions there are.
#include "optimiser.h"

#include "versions.h"

// The same bits everywhere: a multiplication and an addition stay two roundings.
#pragma STDC FP_CONTRACT OFF

#define TABLE(instructions, has_instructions)                                                         \
  {                                                                                                   \
    .name = instructions, .runs_here = has_instructions, .adam = VERSION(adam),                       \
    .sum_of_squares = VERSION(sum_of_squares), .add = VERSION(add)                                    \
  }

#if ANIMO_X86

static bool has_avx512(void) {
  __builtin_cpu_init();
  return __builtin_cpu_supports("avx512f");
}

#define TARGET __attribute__((target("avx512f")))
#define VERSION(name) name##_avx512
#include "optimiser-loops.h"
static const struct animo_optimiser avx512 = TABLE("avx512", has_avx512);
#undef TARGET
#undef VERSION

static bool has_avx2(void) {
  __builtin_cpu_init();
  return __builtin_cpu_supports("avx2");
}

#define TARGET __attribute__((target("avx2")))
#define VERSION(name) name##_avx2
#include "optimiser-loops.h"
static const struct animo_optimiser avx2 = TABLE("avx2", has_avx2);
#undef TARGET
#undef VERSION

#endif

static bool runs_everywhere(void) { return true; }

#define TARGET
#define VERSION(name) name##_plain
#include "optimiser-loops.h"
static const struct animo_optimiser plain = TABLE("plain", runs_everywhere);

static const struct animo_optimiser *const all_versions[] = {
#if ANIMO_X86
    &avx512,
    &avx2,
#endif
    &plain,
};

size_t animo_optimiser_count(void) { return sizeof all_versions / sizeof all_versions[0]; }

const struct animo_optimiser *animo_optimiser_at(size_t index) { return all_versions[index]; }
