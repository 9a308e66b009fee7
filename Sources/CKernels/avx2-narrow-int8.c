// 8-bit codes of magnitudes up to 32 on AVX2: what avx2-int8.c leaves to this file, matrices without greater
// ones, such as those that were rounded to 4, 5 or 6 bits (±7, ±15, ±31), where they have a byte each.
//
// One instruction multiplies unsigned activations, code + 128, by signed weights and adds pairs in 16 bits.
// The pairs of several words of activations still fit in 16 bits when they are added up, as many as keep
//
//   words · greatest ≤ 64, for then |sum| ≤ 2 · 255 · 64 = 32,640 < 2^15
//
// and only their sum is widened to 32 bits: two instructions for 32 products where greater codes take four.
// Sums start from the header's offset, which takes 128 times the weights off again.
#include "versions.h"
#if ANIMO_X86

#define TARGET __attribute__((target("avx2,fma")))

#include "avx2-int8.h"

PIECE void start_sums(const struct animo_int8_header *header, sum sums[HALVES]) {
  sums[0] = _mm256_load_si256((const __m256i *)header->offset);
  sums[1] = _mm256_load_si256((const __m256i *)header->offset + 1);
}

// Sums of a tile in 16 bits: two to each of its 32-bit sums.
typedef __m256i pairs[ANIMO_TILE_ROWS][HALVES];

// One word of 16 columns multiplied and added.
PIECE void add_word(const int rows, const uint32_t *input, ptrdiff_t stride, const char *line,
                    struct animo_lines *ahead, pairs sums) {
  animo_fetch(*ahead);
  ahead->next += ahead->distance;
  const __m256i low = _mm256_load_si256((const __m256i *)line);
  const __m256i high = _mm256_load_si256((const __m256i *)line + 1);
  UNROLLED for (int row = 0; row < rows; row++) {
    const __m256i activation = _mm256_set1_epi32((int)input[row * stride]);
    sums[row][0] = _mm256_add_epi16(sums[row][0], _mm256_maddubs_epi16(activation, low));
    sums[row][1] = _mm256_add_epi16(sums[row][1], _mm256_maddubs_epi16(activation, high));
  }
}

PIECE void clear(const int rows, pairs sums) {
  UNROLLED for (int row = 0; row < rows; row++) sums[row][0] = sums[row][1] = _mm256_setzero_si256();
}

PIECE void widen(const int rows, const pairs from, tile sums) {
  const __m256i ones = _mm256_set1_epi16(1);
  UNROLLED for (int row = 0; row < rows; row++) {
    sums[row][0] = _mm256_add_epi32(sums[row][0], _mm256_madd_epi16(from[row][0], ones));
    sums[row][1] = _mm256_add_epi32(sums[row][1], _mm256_madd_epi16(from[row][1], ones));
  }
}

// All words, `group` of them (2, 4 or 8) at a time in 16 bits, the rest one by one. While a group is added
// up, the wide sums of six rows wait in memory: there are registers for one kind of sums.
PIECE void add_groups(const int rows, const int group, ptrdiff_t words, const uint32_t *input,
                      ptrdiff_t stride, const char *line, struct animo_lines ahead, tile sums) {
  pairs narrow;
  ptrdiff_t word = 0;
  while (word + group <= words) {
    clear(rows, narrow);
    // Two words a turn: with all eight the compiler runs out of registers.
    const ptrdiff_t end = word + group;
    _Pragma("clang loop unroll(disable)") for (; word < end; word += 2) {
      add_word(rows, input + word, stride, line + word * ANIMO_LINE, &ahead, narrow);
      add_word(rows, input + word + 1, stride, line + (word + 1) * ANIMO_LINE, &ahead, narrow);
    }
    widen(rows, narrow, sums);
  }
  for (; word < words; word++) {
    clear(rows, narrow);
    add_word(rows, input + word, stride, line + word * ANIMO_LINE, &ahead, narrow);
    widen(rows, narrow, sums);
  }
}

PIECE void add_products(const int rows, const struct animo_weights *matrix, const uint32_t *input,
                        ptrdiff_t stride, const char *line, struct animo_lines ahead, tile sums) {
  if (8 * matrix->greatest <= 64) {
    add_groups(rows, 8, matrix->words, input, stride, line, ahead, sums);
  } else if (4 * matrix->greatest <= 64) {
    add_groups(rows, 4, matrix->words, input, stride, line, ahead, sums);
  } else {
    add_groups(rows, 2, matrix->words, input, stride, line, ahead, sums);
  }
}

void animo_avx2_narrow_product(const struct animo_weights *weights, const struct animo_product_rows *rows) {
  product(weights, rows);
}

void animo_avx2_narrow_step(const struct animo_weights *weights, const struct animo_step_rows *rows) {
  step(weights, rows);
}

#endif
