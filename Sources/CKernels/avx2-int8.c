// 8-bit codes on AVX2, exact: one instruction multiplies 32 unsigned by signed bytes and adds pairs in 16
// bits, where it would clip 255 · 127 · 2. So the sign of each weight is moved to its activation: magnitudes
// are at most 128 and 127, and a pair of products, 2 · 128 · 127, fits.
#include "versions.h"
#if ANIMO_X86

#include <immintrin.h>
#include <string.h>

#include "quantised.h"

#define TARGET __attribute__((target("avx2,fma")))
// A piece of a larger loop: inlined, so that constant row counts unroll and tiles stay in registers.
#define PIECE TARGET static inline __attribute__((always_inline))
#define UNROLLED _Pragma("clang loop unroll(full)")
#define KIND ANIMO_INT8

// Sums of one register, and registers for 16 columns.
enum { WIDTH = 8, HALVES = ANIMO_LANES / WIDTH };

typedef __m256i sum;
// The sums of a tile: 16 columns in two registers.
typedef sum tile[ANIMO_TILE_ROWS][HALVES];

PIECE const struct animo_int8_header *as_header(const char *quarter) {
  return (const struct animo_int8_header *)quarter;
}

// The activations' 128 is taken off at once, so that the header's offset is not needed.
PIECE void start_product(const char *header, sum sums[HALVES]) {
  (void)header;
  sums[0] = sums[1] = _mm256_setzero_si256();
}

PIECE void start_step(const float *start, sum sums[HALVES]) {
  (void)start;
  sums[0] = sums[1] = _mm256_setzero_si256();
}

// One word of 8 columns multiplied and added; `magnitude` is that of the weights.
PIECE sum dot(sum to, __m256i activation, __m256i weights, __m256i magnitude) {
  const __m256i pairs = _mm256_maddubs_epi16(magnitude, _mm256_sign_epi8(activation, weights));
  return _mm256_add_epi32(to, _mm256_madd_epi16(pairs, _mm256_set1_epi16(1)));
}

PIECE void add_products(const int rows, ptrdiff_t words, const uint32_t *input, ptrdiff_t stride,
                        const char *line, struct animo_lines ahead, tile sums) {
  const uint32_t signs = 0x80808080;
  for (ptrdiff_t word = 0; word < words; word++, line += ANIMO_LINE, ahead.next += ahead.distance) {
    animo_fetch(ahead);
    UNROLLED for (int half = 0; half < HALVES; half++) {
      const __m256i weights = _mm256_load_si256((const __m256i *)line + half);
      const __m256i magnitude = _mm256_abs_epi8(weights);
      UNROLLED for (int row = 0; row < rows; row++) {
        const __m256i activation = _mm256_set1_epi32((int)(input[row * stride + word] ^ signs));
        sums[row][half] = dot(sums[row][half], activation, weights, magnitude);
      }
    }
  }
}

PIECE void finish_product(const sum sums[HALVES], const char *header, const float *scales, ptrdiff_t row,
                          float *out) {
  UNROLLED for (int half = 0; half < HALVES; half++) {
    const ptrdiff_t column = half * WIDTH;
    const __m256 scale =
        _mm256_mul_ps(_mm256_load_ps(as_header(header)->scale + column), _mm256_set1_ps(scales[row]));
    const __m256 bias = _mm256_load_ps(as_header(header)->bias + column);
    _mm256_storeu_ps(out + column, _mm256_fmadd_ps(_mm256_cvtepi32_ps(sums[half]), scale, bias));
  }
}

PIECE void finish_sums(const sum sums[HALVES], const float *start, const char *header, float *z) {
  UNROLLED for (int half = 0; half < HALVES; half++) {
    const ptrdiff_t column = half * WIDTH;
    const __m256 scale = _mm256_load_ps(as_header(header)->scale + column);
    const __m256 from = _mm256_loadu_ps(start + column);
    _mm256_storeu_ps(z + column, _mm256_fmadd_ps(_mm256_cvtepi32_ps(sums[half]), scale, from));
  }
}

// p(x) of quantised.h.
PIECE __m256 power_of_two(__m256 x) {
  // min gives its second operand when one is a NaN.
  x = _mm256_min_ps(x, _mm256_set1_ps(ANIMO_POWER_LIMIT));
  x = _mm256_max_ps(x, _mm256_set1_ps(ANIMO_POWER_LEAST));
  const __m256 n = _mm256_round_ps(x, _MM_FROUND_TO_NEAREST_INT | _MM_FROUND_NO_EXC);
  const __m256 r = _mm256_sub_ps(x, n);
  __m256 p = _mm256_set1_ps(ANIMO_P4);
  p = _mm256_fmadd_ps(p, r, _mm256_set1_ps(ANIMO_P3));
  p = _mm256_fmadd_ps(p, r, _mm256_set1_ps(ANIMO_P2));
  p = _mm256_fmadd_ps(p, r, _mm256_set1_ps(ANIMO_P1));
  p = _mm256_fmadd_ps(p, r, _mm256_set1_ps(1));
  // Times 2^n: an exponent of n and no fraction.
  const __m256i exponent = _mm256_add_epi32(_mm256_cvtps_epi32(n), _mm256_set1_epi32(127));
  return _mm256_mul_ps(p, _mm256_castsi256_ps(_mm256_slli_epi32(exponent, 23)));
}

// Eight numbers from 0 to 255 as bytes.
PIECE uint64_t as_bytes(__m256i numbers) {
  const __m128i words =
      _mm_packus_epi32(_mm256_castsi256_si128(numbers), _mm256_extracti128_si256(numbers, 1));
  return (uint64_t)_mm_cvtsi128_si64(_mm_packus_epi16(words, words));
}

// The cell of 8 units of one row from the sums of their gates.
PIECE void update_cell(const float *z, const struct animo_step_rows *rows, ptrdiff_t row, ptrdiff_t unit) {
  float *cell = rows->cell + row * rows->cell_stride + unit;
  const __m256 one = _mm256_set1_ps(1);
  const __m256 g = power_of_two(_mm256_loadu_ps(z + 2 * ANIMO_LANES));
  const __m256 f = _mm256_add_ps(one, power_of_two(_mm256_loadu_ps(z + ANIMO_LANES)));
  const __m256 o = _mm256_add_ps(one, power_of_two(_mm256_loadu_ps(z + 3 * ANIMO_LANES)));
  const __m256 i = _mm256_add_ps(one, power_of_two(_mm256_loadu_ps(z)));
  const __m256 ig = _mm256_mul_ps(i, _mm256_add_ps(one, g));
  const __m256 added = _mm256_mul_ps(_mm256_sub_ps(one, g), f);
  const __m256 c = _mm256_div_ps(_mm256_fmadd_ps(_mm256_loadu_ps(cell), ig, added), _mm256_mul_ps(f, ig));
  const __m256 t = power_of_two(_mm256_mul_ps(c, _mm256_set1_ps(ANIMO_TANH_FACTOR)));
  const __m256 h = _mm256_div_ps(_mm256_sub_ps(one, t), _mm256_mul_ps(o, _mm256_add_ps(one, t)));
  const __m256i codes = _mm256_cvtps_epi32(_mm256_mul_ps(h, _mm256_set1_ps(ANIMO_STATE_UNIT)));
  const uint64_t bytes = as_bytes(_mm256_add_epi32(codes, _mm256_set1_epi32(128)));
  _mm256_storeu_ps(cell, c);
  memcpy((uint8_t *)rows->output + 4 * row * rows->output_stride + unit, &bytes, sizeof bytes);
  if (rows->answers) _mm256_storeu_ps(rows->answers + row * rows->answers_stride + unit, h);
}

#include "quarter-loops.h"

static bool runs_here(void) {
  __builtin_cpu_init();
  return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
}

const struct animo_kernels animo_avx2_int8 = {
    .name = "avx2-int8",
    .arithmetic = KIND,
    .runs_here = runs_here,
    .product = product,
    .step = step,
};

#endif
