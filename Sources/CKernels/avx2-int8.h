// 8-bit codes on AVX2, but for how they are multiplied: the including file says what that is.
//
//   TARGET                     the instructions, as a function attribute
//   start_sums(header, sums)   what the sums of a row start from
//   add_products(…)            sums += activations · weights, for some rows and 16 columns
#include <immintrin.h>
#include <string.h>

#include "quantised.h"

// A piece of a larger loop: inlined, so that constant row counts unroll and tiles stay in registers.
#define PIECE TARGET static inline __attribute__((always_inline))
#define UNROLLED _Pragma("clang loop unroll(full)")
#define KIND ANIMO_INT8

// Sums of one register, and registers for 16 columns.
enum { WIDTH = 8, HALVES = ANIMO_LANES / WIDTH };

typedef __m256i sum;
// The sums of a tile: 16 columns in two registers.
typedef sum tile[ANIMO_TILE_ROWS][HALVES];

PIECE void start_sums(const struct animo_int8_header *header, sum sums[HALVES]);

PIECE void add_products(const int rows, const struct animo_weights *matrix, const uint32_t *input,
                        ptrdiff_t stride, const char *line, struct animo_lines ahead, tile sums);

PIECE const struct animo_int8_header *as_header(const char *quarter) {
  return (const struct animo_int8_header *)quarter;
}

PIECE void start_product(const char *header, sum sums[HALVES]) { start_sums(as_header(header), sums); }

PIECE void start_step(const float *start, const char *header, sum sums[HALVES]) {
  (void)start;
  start_sums(as_header(header), sums);
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
