// 4-bit codes on AVX2, two to a byte: what avx2-int8.c leaves to this file. Half the bytes to read, which is
// what holds up few rows: the weights of a large layer lie in the third-level cache.
//
// The weights come out of their bytes as code + 8, from 1 to 15, and are multiplied as they are by the
// activations, code + 128. As in avx2-narrow-int8.c the products of eight words are summed in 16 bits: these
// sums are 0 … 8 · 2 · 255 · 15 = 61,200 < 2^16, which fits when they are counted from -2^15. A row's sums
// are then too great by 8 times the sum of its activations. They start from the header's offset, which takes
// the activations' 128 off again.
#include "versions.h"
#if ANIMO_X86

#define TARGET __attribute__((target("avx2,fma")))

#include "avx2-int8.h"

// Words that are summed in 16 bits.
enum { GROUP = 8 };

PIECE void start_sums(const struct animo_int8_header *header, sum sums[HALVES]) {
  sums[0] = _mm256_load_si256((const __m256i *)header->offset);
  sums[1] = _mm256_load_si256((const __m256i *)header->offset + 1);
}

// Sums of a tile in 16 bits: two to each of its 32-bit sums.
typedef __m256i pairs[ANIMO_TILE_ROWS][HALVES];

// The codes of one word in the first and the last eight of 16 columns, each + 8.
struct halves {
  __m256i low;
  __m256i high;
};

PIECE struct halves unpack(const char *line) {
  const __m256i mask = _mm256_set1_epi8(15);
  const __m256i both = _mm256_load_si256((const __m256i *)line);
  return (struct halves){_mm256_and_si256(both, mask), _mm256_and_si256(_mm256_srli_epi16(both, 4), mask)};
}

// One word of 16 columns multiplied and added.
PIECE void add_word(const int rows, const uint32_t *input, ptrdiff_t stride, const char *line, pairs sums) {
  const struct halves weights = unpack(line);
  UNROLLED for (int row = 0; row < rows; row++) {
    const __m256i activation = _mm256_set1_epi32((int)input[row * stride]);
    sums[row][0] = _mm256_add_epi16(sums[row][0], _mm256_maddubs_epi16(activation, weights.low));
    sums[row][1] = _mm256_add_epi16(sums[row][1], _mm256_maddubs_epi16(activation, weights.high));
  }
}

// Up to eight words. While they are added up, the wide sums of six rows wait in memory: there are registers
// for one kind of sums.
PIECE void add_group(const int rows, ptrdiff_t words, const uint32_t *input, ptrdiff_t stride,
                     const char *line, struct animo_lines *ahead, tile sums) {
  const __m256i ones = _mm256_set1_epi16(1);
  pairs narrow;
  UNROLLED for (int row = 0; row < rows; row++) {
    narrow[row][0] = narrow[row][1] = _mm256_set1_epi16(INT16_MIN);
  }
  // More words a turn where there are registers for them.
  const int turn = rows > 2 ? 1 : 4;
  ptrdiff_t word = 0;
  _Pragma("clang loop unroll(disable)") for (; word + turn <= words; word += turn) {
    UNROLLED for (int next = 0; next < turn; next++, ahead->next += ahead->distance) {
      animo_fetch(*ahead);
      add_word(rows, input + word + next, stride, line + (word + next) * ANIMO_NIBBLE_QUARTER, narrow);
    }
  }
  for (; word < words; word++, ahead->next += ahead->distance) {
    add_word(rows, input + word, stride, line + word * ANIMO_NIBBLE_QUARTER, narrow);
  }
  UNROLLED for (int row = 0; row < rows; row++) {
    sums[row][0] = _mm256_add_epi32(sums[row][0], _mm256_madd_epi16(narrow[row][0], ones));
    sums[row][1] = _mm256_add_epi32(sums[row][1], _mm256_madd_epi16(narrow[row][1], ones));
  }
}

// The sum of the bytes of a row.
PIECE int32_t sum_of_bytes(ptrdiff_t words, const uint32_t *input) {
  __m256i sums = _mm256_setzero_si256();
  ptrdiff_t word = 0;
  for (; word + 8 <= words; word += 8) {
    const __m256i bytes = _mm256_loadu_si256((const __m256i *)(input + word));
    sums = _mm256_add_epi64(sums, _mm256_sad_epu8(bytes, _mm256_setzero_si256()));
  }
  __m128i sum = _mm_add_epi64(_mm256_castsi256_si128(sums), _mm256_extracti128_si256(sums, 1));
  for (; word < words; word++) {
    sum = _mm_add_epi64(sum, _mm_sad_epu8(_mm_cvtsi32_si128((int)input[word]), _mm_setzero_si128()));
  }
  return (int32_t)(_mm_cvtsi128_si64(sum) + _mm_extract_epi64(sum, 1));
}

PIECE void add_products(const int rows, const struct animo_weights *matrix, const uint32_t *input,
                        ptrdiff_t stride, const char *line, struct animo_lines ahead, tile sums) {
  const ptrdiff_t words = matrix->words, whole = words / GROUP * GROUP;
  for (ptrdiff_t word = 0; word < whole; word += GROUP) {
    add_group(rows, GROUP, input + word, stride, line + word * ANIMO_NIBBLE_QUARTER, &ahead, sums);
  }
  if (whole < words) {
    add_group(rows, words - whole, input + whole, stride, line + whole * ANIMO_NIBBLE_QUARTER, &ahead, sums);
  }
  // Two numbers of 16 bits in each sum were counted from -2^15.
  const int32_t counted = (int32_t)animo_blocks(words, GROUP) * 2 * INT16_MIN;
  UNROLLED for (int row = 0; row < rows; row++) {
    const int32_t surplus = 8 * sum_of_bytes(words, input + row * stride) + counted;
    sums[row][0] = _mm256_sub_epi32(sums[row][0], _mm256_set1_epi32(surplus));
    sums[row][1] = _mm256_sub_epi32(sums[row][1], _mm256_set1_epi32(surplus));
  }
}

void animo_avx2_nibble_product(const struct animo_weights *weights, const struct animo_product_rows *rows) {
  product(weights, rows);
}

void animo_avx2_nibble_step(const struct animo_weights *weights, const struct animo_step_rows *rows) {
  step(weights, rows);
}

#endif
