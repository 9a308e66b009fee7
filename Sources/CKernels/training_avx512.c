// The loops of training with AVX-512, in registers of 512 bits.
#include "versions.h"
#if ANIMO_X86

#define TARGET __attribute__((target("avx512f,avx512dq,avx512bw,avx512vl,fma"), min_vector_width(512)))
#define VERSION animo_training_avx512
#define NAME "avx512"

static bool runs_here(void) {
  __builtin_cpu_init();
  return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512dq") &&
         __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512vl");
}

#include "training_loops.h"

#endif
