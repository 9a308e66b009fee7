// bfloat16 on AVX-512: one instruction multiplies two pairs and adds both to a sum of single precision, the
// second pair first. It takes and gives subnormal numbers as 0.
#include "versions.h"
#if ANIMO_X86

#include <immintrin.h>

#define TARGET __attribute__((target("avx512f,avx512bf16")))
// A piece of a larger loop: inlined, so that constant row counts unroll and tiles stay in registers.
#define PIECE TARGET static inline __attribute__((always_inline))
#define UNROLLED _Pragma("clang loop unroll(full)")
#define KIND ANIMO_BF16

#include "avx512-gates.h"

PIECE __m512 dot(__m512 to, __m512i activation, __m512i line) {
  return _mm512_dpbf16_ps(to, (__m512bh)activation, (__m512bh)line);
}

PIECE void store_output(const struct animo_step_rows *rows, ptrdiff_t row, ptrdiff_t unit, __m512 h) {
  uint16_t *output = (uint16_t *)((uint32_t *)rows->output + row * rows->output_stride) + unit;
  _mm256_storeu_si256((__m256i *)output, (__m256i)_mm512_cvtneps_pbh(h));
}

#include "avx512-floats.h"
#include "avx512-loops.h"

static bool runs_here(void) {
  __builtin_cpu_init();
  return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bf16");
}

const struct animo_kernels animo_avx512_bf16 = {
    .name = "avx512-bf16",
    .arithmetic = KIND,
    .runs_here = runs_here,
    .product = product,
    .step = step,
};

#endif
