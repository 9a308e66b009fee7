// The loops of training with AVX2 and fused multiply-add.
#include "versions.h"
#if ANIMO_X86

#define TARGET __attribute__((target("avx2,fma")))
#define VERSION animo_training_avx2
#define NAME "avx2"

static bool runs_here(void) {
  __builtin_cpu_init();
  return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
}

#include "training_loops.h"

#endif
