// Single precision on AVX-512.
#include "versions.h"
#if ANIMO_X86

#include <immintrin.h>

#define TARGET __attribute__((target("avx512f")))
// A piece of a larger loop: inlined, so that constant row counts unroll and tiles stay in registers.
#define PIECE TARGET static inline __attribute__((always_inline))
#define UNROLLED _Pragma("clang loop unroll(full)")
#define KIND ANIMO_FP32

#include "avx512-gates.h"

PIECE __m512 dot(__m512 to, __m512i activation, __m512i line) {
  return _mm512_fmadd_ps(_mm512_castsi512_ps(activation), _mm512_castsi512_ps(line), to);
}

PIECE void store_output(const struct animo_step_rows *rows, ptrdiff_t row, ptrdiff_t unit, __m512 h) {
  _mm512_storeu_ps((float *)rows->output + row * rows->output_stride + unit, h);
}

#include "avx512-floats.h"
#include "avx512-loops.h"

static bool runs_here(void) {
  __builtin_cpu_init();
  return __builtin_cpu_supports("avx512f");
}

const struct animo_kernels animo_avx512 = {
    .name = "avx512",
    .arithmetic = KIND,
    .runs_here = runs_here,
    .product = product,
    .step = step,
};

#endif
