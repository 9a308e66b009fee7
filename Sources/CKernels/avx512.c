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

typedef __m512 sum;
// The sums of a tile: 16 columns (one gate) to a register.
typedef sum tile[ANIMO_TILE_ROWS][ANIMO_GATES];

PIECE sum dot(sum to, __m512i activation, __m512i line) {
  return _mm512_fmadd_ps(_mm512_castsi512_ps(activation), _mm512_castsi512_ps(line), to);
}

PIECE sum first_sum(const char *header, int column) { return _mm512_load_ps((const float *)header + column); }

PIECE sum step_sum(const float *start, const char *header, int column) {
  (void)header;
  return _mm512_loadu_ps(start + column);
}

PIECE void finish_product(const sum sums[ANIMO_GATES], const char *header, const float *scales, ptrdiff_t row,
                          float *out) {
  (void)header, (void)scales, (void)row;
  store_sums(sums, out);
}

PIECE void finish_row(const sum sums[ANIMO_GATES], const struct animo_step_rows *rows,
                       ptrdiff_t block, ptrdiff_t row) {
  const ptrdiff_t unit = block * ANIMO_LANES;
  const __m512 h = update_cell(sums, rows->cell + row * rows->cell_stride + unit);
  _mm512_storeu_ps((float *)rows->output + row * rows->output_stride + unit, h);
  if (rows->answers) _mm512_storeu_ps(rows->answers + row * rows->answers_stride + unit, h);
}

PIECE void finish_step(const int rows, tile sums, const char *header, const struct animo_step_rows *all,
                       ptrdiff_t block, ptrdiff_t first) {
  (void)header;
  UNROLLED for (int row = 0; row < rows; row++) finish_row(sums[row], all, block, first + row);
}

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
