// Single precision on AVX2 and FMA.
#include "versions.h"
#if ANIMO_X86

#include <immintrin.h>

#define TARGET __attribute__((target("avx2,fma")))
// A piece of a larger loop: inlined, so that constant row counts unroll and tiles stay in registers.
#define PIECE TARGET static inline __attribute__((always_inline))
#define UNROLLED _Pragma("clang loop unroll(full)")
#define KIND ANIMO_FP32

// Floats of one register, and registers for 16 columns.
enum { WIDTH = 8, HALVES = ANIMO_LANES / WIDTH };

typedef __m256 sum;
// The sums of a tile: 16 columns in two registers.
typedef sum tile[ANIMO_TILE_ROWS][HALVES];

PIECE void start_step(const float *start, const char *header, sum sums[HALVES]) {
  (void)header;
  sums[0] = _mm256_loadu_ps(start);
  sums[1] = _mm256_loadu_ps(start + WIDTH);
}

PIECE void start_product(const char *header, sum sums[HALVES]) {
  start_step((const float *)header, header, sums);
}

PIECE void add_products(const int rows, const struct animo_weights *matrix, const uint32_t *input,
                        ptrdiff_t stride, const char *line, struct animo_lines ahead, tile sums) {
  const float *x = (const float *)input;
  for (ptrdiff_t word = 0; word < matrix->words; word++, line += ANIMO_LINE, ahead.next += ahead.distance) {
    animo_fetch(ahead);
    const __m256 low = _mm256_load_ps((const float *)line);
    const __m256 high = _mm256_load_ps((const float *)line + WIDTH);
    UNROLLED for (int row = 0; row < rows; row++) {
      const __m256 activation = _mm256_set1_ps(x[row * stride + word]);
      sums[row][0] = _mm256_fmadd_ps(activation, low, sums[row][0]);
      sums[row][1] = _mm256_fmadd_ps(activation, high, sums[row][1]);
    }
  }
}

PIECE void store_sums(const sum sums[HALVES], float *out) {
  _mm256_storeu_ps(out, sums[0]);
  _mm256_storeu_ps(out + WIDTH, sums[1]);
}

PIECE void finish_product(const sum sums[HALVES], const char *header, const float *scales, ptrdiff_t row,
                          float *out) {
  (void)header, (void)scales, (void)row;
  store_sums(sums, out);
}

PIECE void finish_sums(const sum sums[HALVES], const float *start, const char *header, float *z) {
  (void)start, (void)header;
  store_sums(sums, z);
}

// e^x, x held to ±ANIMO_CLIP; a NaN becomes the lower end. See versions.h for the method and its error.
PIECE __m256 exponential(__m256 x) {
  // max and min give their second operand when one is NaN.
  x = _mm256_max_ps(x, _mm256_set1_ps(-ANIMO_CLIP));
  x = _mm256_min_ps(x, _mm256_set1_ps(ANIMO_CLIP));
  const __m256 n = _mm256_round_ps(_mm256_mul_ps(x, _mm256_set1_ps(ANIMO_LOG2_E)),
                                   _MM_FROUND_TO_NEAREST_INT | _MM_FROUND_NO_EXC);
  __m256 r = _mm256_fnmadd_ps(n, _mm256_set1_ps(ANIMO_LN2_HIGH), x);
  r = _mm256_fnmadd_ps(n, _mm256_set1_ps(ANIMO_LN2_LOW), r);
  __m256 q = _mm256_set1_ps(ANIMO_Q4);
  q = _mm256_fmadd_ps(q, r, _mm256_set1_ps(ANIMO_Q3));
  q = _mm256_fmadd_ps(q, r, _mm256_set1_ps(ANIMO_Q2));
  q = _mm256_fmadd_ps(q, r, _mm256_set1_ps(ANIMO_Q1));
  q = _mm256_fmadd_ps(q, r, _mm256_set1_ps(ANIMO_Q0));
  q = _mm256_fmadd_ps(q, r, _mm256_set1_ps(1));
  q = _mm256_fmadd_ps(q, r, _mm256_set1_ps(1));
  // Times 2^n: n added to the exponent, 23 bits up. |n| ≤ 58, so nothing overflows or goes subnormal.
  return _mm256_castsi256_ps(
      _mm256_add_epi32(_mm256_castps_si256(q), _mm256_slli_epi32(_mm256_cvtps_epi32(n), 23)));
}

// e^-x, for the logistic function.
PIECE __m256 falling_exponential(__m256 x) {
  return exponential(_mm256_sub_ps(_mm256_setzero_ps(), x));
}

// σ(a) · tanh(b) = (1 - e^-2b) / ((1 + e^-a)(1 + e^-2b)): one division for two functions. Absolute error
// below 3e-7.
PIECE __m256 gated_tanh(__m256 a, __m256 b) {
  const __m256 one = _mm256_set1_ps(1);
  const __m256 ea = falling_exponential(a);
  const __m256 eb = falling_exponential(_mm256_add_ps(b, b));
  return _mm256_div_ps(_mm256_sub_ps(one, eb), _mm256_mul_ps(_mm256_add_ps(one, ea), _mm256_add_ps(one, eb)));
}

// The cell of 8 units of one row from the sums of their gates.
PIECE void update_cell(const float *z, const struct animo_step_rows *rows, ptrdiff_t row, ptrdiff_t unit) {
  float *cell = rows->cell + row * rows->cell_stride + unit;
  const __m256 i = _mm256_loadu_ps(z);
  const __m256 f = _mm256_loadu_ps(z + ANIMO_LANES);
  const __m256 g = _mm256_loadu_ps(z + 2 * ANIMO_LANES);
  const __m256 o = _mm256_loadu_ps(z + 3 * ANIMO_LANES);
  const __m256 forget = _mm256_add_ps(_mm256_set1_ps(1), falling_exponential(f));
  const __m256 kept = _mm256_div_ps(_mm256_loadu_ps(cell), forget);
  const __m256 c = _mm256_add_ps(kept, gated_tanh(i, g));
  const __m256 h = gated_tanh(o, c);
  _mm256_storeu_ps(cell, c);
  _mm256_storeu_ps((float *)rows->output + row * rows->output_stride + unit, h);
  if (rows->answers) _mm256_storeu_ps(rows->answers + row * rows->answers_stride + unit, h);
}

#include "quarter-loops.h"

static bool runs_here(void) {
  __builtin_cpu_init();
  return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
}

const struct animo_kernels animo_avx2 = {
    .name = "avx2",
    .arithmetic = KIND,
    .runs_here = runs_here,
    .product = product,
    .step = step,
};

#endif
