// 8-bit codes on AVX2, exact whatever they are: one instruction multiplies 32 unsigned by signed bytes and
// adds pairs in 16 bits, where it would clip 255 · 127 · 2. So the sign of each weight is moved to its
// activation: magnitudes are at most 128 and 127, and a pair of products, 2 · 128 · 127, fits. Matrices of
// small codes need no such step: avx2-narrow-int8.c, and avx2-nibble-int8.c where two share a byte.
#include "versions.h"
#if ANIMO_X86

#define TARGET __attribute__((target("avx2,fma")))

#include "avx2-int8.h"

// The activations' 128 is taken off at once, so that the header's offset is not needed.
PIECE void start_sums(const struct animo_int8_header *header, sum sums[HALVES]) {
  (void)header;
  sums[0] = sums[1] = _mm256_setzero_si256();
}

// Words of a chunk, whose activations lose their 128 at once: so each does once for 16 columns.
enum { CHUNK = 128 };

// The activations of a chunk as signed bytes.
typedef uint32_t signed_words[ANIMO_TILE_ROWS][CHUNK];

PIECE void take_middle_off(const int rows, ptrdiff_t words, const uint32_t *input, ptrdiff_t stride,
                           signed_words codes) {
  const uint32_t signs = 0x80808080;
  UNROLLED for (int row = 0; row < rows; row++) {
    for (ptrdiff_t word = 0; word < words; word++) codes[row][word] = input[row * stride + word] ^ signs;
  }
}

// One word of 8 columns multiplied and added; `magnitude` is that of the weights.
PIECE sum dot(sum to, __m256i activation, __m256i weights, __m256i magnitude) {
  const __m256i pairs = _mm256_maddubs_epi16(magnitude, _mm256_sign_epi8(activation, weights));
  return _mm256_add_epi32(to, _mm256_madd_epi16(pairs, _mm256_set1_epi16(1)));
}

// The products of a chunk, for eight columns: for sixteen there are too few registers.
PIECE void add_chunk(const int rows, ptrdiff_t words, const signed_words codes, const char *line, int half,
                     struct animo_lines ahead, tile sums) {
  for (ptrdiff_t word = 0; word < words; word++, line += ANIMO_LINE, ahead.next += ahead.distance) {
    if (half == 0) animo_fetch(ahead);
    const __m256i weights = _mm256_load_si256((const __m256i *)line + half);
    const __m256i magnitude = _mm256_abs_epi8(weights);
    UNROLLED for (int row = 0; row < rows; row++) {
      const __m256i activation = _mm256_set1_epi32((int)codes[row][word]);
      sums[row][half] = dot(sums[row][half], activation, weights, magnitude);
    }
  }
}

PIECE void add_products(const int rows, const struct animo_weights *matrix, const uint32_t *input,
                        ptrdiff_t stride, const char *line, struct animo_lines ahead, tile sums) {
  signed_words codes;
  for (ptrdiff_t first = 0; first < matrix->words; first += CHUNK) {
    const ptrdiff_t count = matrix->words - first < CHUNK ? matrix->words - first : CHUNK;
    take_middle_off(rows, count, input + first, stride, codes);
    UNROLLED for (int half = 0; half < HALVES; half++) {
      add_chunk(rows, count, codes, line + first * ANIMO_LINE, half, ahead, sums);
    }
    ahead.next += count * ahead.distance;
  }
}

static bool runs_here(void) {
  __builtin_cpu_init();
  return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
}

static void any_product(const struct animo_weights *weights, const struct animo_product_rows *rows) {
  if (weights->nibbles) return animo_avx2_nibble_product(weights, rows);
  weights->greatest <= ANIMO_NARROW ? animo_avx2_narrow_product(weights, rows) : product(weights, rows);
}

static void any_step(const struct animo_weights *weights, const struct animo_step_rows *rows) {
  if (weights->nibbles) return animo_avx2_nibble_step(weights, rows);
  weights->greatest <= ANIMO_NARROW ? animo_avx2_narrow_step(weights, rows) : step(weights, rows);
}

const struct animo_kernels animo_avx2_int8 = {
    .name = "avx2-int8",
    .arithmetic = KIND,
    .runs_here = runs_here,
    .reads_nibbles = true,
    .product = any_product,
    .step = any_step,
};

#endif
