// Weights as a model stores them → blocks in the order in which the kernels read them (see kernels.h).
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "versions.h"

ptrdiff_t animo_words(enum animo_arithmetic arithmetic, ptrdiff_t depth) {
  switch (arithmetic) {
    case ANIMO_BF16: return animo_blocks(depth, 2);
    case ANIMO_INT8: return animo_blocks(depth, 4);
    default: return depth;
  }
}

bool animo_fits_nibbles(const struct animo_matrix *matrix) {
  if (!matrix->codes) return matrix->nibbles != NULL;
  return animo_greatest_code(matrix->rows * matrix->depth, matrix->codes) <= ANIMO_NIBBLE_LIMIT;
}

size_t animo_packed_size(enum animo_arithmetic arithmetic, bool nibbles, ptrdiff_t depth, ptrdiff_t blocks) {
  return (size_t)(blocks * animo_block_size(arithmetic, nibbles, animo_words(arithmetic, depth)));
}

// Where one row of a matrix goes: a column of a block, and what its bias and scale are multiplied by.
struct column {
  enum animo_arithmetic arithmetic;
  bool nibbles;
  char *block;
  ptrdiff_t words;
  ptrdiff_t number;
  float bias;
  float bias_factor;
  float scale_factor;
};

// A code of a matrix of nibbles.
static int nibble(const struct animo_matrix *matrix, ptrdiff_t row, ptrdiff_t k) {
  const uint8_t both = matrix->nibbles[row * animo_nibble_bytes(matrix->depth) + k / 2];
  return (both >> k % 2 * 4 & 15) - 8;
}

// A number of a matrix.
static float value(const struct animo_matrix *matrix, ptrdiff_t row, ptrdiff_t k) {
  const ptrdiff_t index = row * matrix->depth + k;
  if (matrix->codes) return matrix->scales[row] * (float)matrix->codes[index];
  if (matrix->nibbles) return matrix->scales[row] * (float)nibble(matrix, row, k);
  float number;
  memcpy(&number, (const char *)matrix->floats + index * (ptrdiff_t)sizeof number, sizeof number);
  return number;
}

// The scale at which a row of numbers becomes codes: its greatest magnitude / 127.
static float scale_of(const struct animo_matrix *matrix, ptrdiff_t row) {
  if (!matrix->floats) return matrix->scales[row];
  float greatest = 0;
  for (ptrdiff_t k = 0; k < matrix->depth; k++) greatest = fmaxf(greatest, fabsf(value(matrix, row, k)));
  return greatest / 127;
}

// Each of these writes a row down a column: word after word, a line apart.
static void pack_floats(const struct animo_matrix *matrix, ptrdiff_t row, const struct column *column) {
  char *word = column->block + ANIMO_HEADER_FLOAT + column->number * 4;
  memcpy(column->block + column->number * 4, &column->bias, sizeof column->bias);
  for (ptrdiff_t k = 0; k < matrix->depth; k++, word += ANIMO_LINE) {
    const float number = value(matrix, row, k);
    memcpy(word, &number, sizeof number);
  }
}

static void pack_bf16(const struct animo_matrix *matrix, ptrdiff_t row, const struct column *column) {
  char *word = column->block + ANIMO_HEADER_FLOAT + column->number * 4;
  memcpy(column->block + column->number * 4, &column->bias, sizeof column->bias);
  for (ptrdiff_t k = 0; k < matrix->depth; k++) {
    const float number = value(matrix, row, k);
    animo_encode(ANIMO_BF16, 1, &number, word + k / 2 * ANIMO_LINE + k % 2 * 2);
  }
}

static int greater(int one, int other) { return one < other ? other : one; }

// So many codes of a row are packed at a time.
enum { CHUNK = 256 };

// What is known of the codes of a row.
struct codes {
  int32_t sum;
  // As unsigned bytes, code + 128: simple enough for the compiler to take 16 at once.
  uint8_t lowest;
  uint8_t highest;
};

static void survey(ptrdiff_t count, const int8_t *codes, struct codes *known) {
  // No chunk is so long that its sum needs more bits.
  _Static_assert(CHUNK * UINT8_MAX <= UINT16_MAX, "");
  uint16_t sum = 0;
  for (ptrdiff_t k = 0; k < count; k++) sum += (uint8_t)codes[k] ^ 0x80;
  uint8_t lowest = known->lowest, highest = known->highest;
  for (ptrdiff_t k = 0; k < count; k++) {
    const uint8_t code = (uint8_t)codes[k] ^ 0x80;
    lowest = code < lowest ? code : lowest;
    highest = code > highest ? code : highest;
  }
  *known = (struct codes){known->sum + sum - 128 * (int32_t)count, lowest, highest};
}

// Up to CHUNK codes of a row, from column `first` on.
static void read_codes(const struct animo_matrix *matrix, ptrdiff_t row, ptrdiff_t first, ptrdiff_t count,
                       float scale, int8_t codes[CHUNK]) {
  if (matrix->codes) {
    memcpy(codes, matrix->codes + row * matrix->depth + first, (size_t)count);
  } else if (matrix->nibbles) {
    animo_read_nibbles(count, matrix->nibbles + row * animo_nibble_bytes(matrix->depth) + first / 2, codes);
  } else {
    for (ptrdiff_t k = 0; k < count; k++) {
      // A scale so small that it has lost its bits can give a quotient past 127.
      const float quotient = scale > 0 ? rintf(value(matrix, row, first + k) / scale) : 0;
      codes[k] = (int8_t)fmaxf(-127, fminf(127, quotient));
    }
  }
}

// A whole word for each four codes; zeros follow the last one.
static void write_bytes(const struct column *column, ptrdiff_t first, ptrdiff_t count,
                        const int8_t codes[CHUNK]) {
  char *word = column->block + ANIMO_HEADER_INT8 + column->number * 4 + first / 4 * ANIMO_LINE;
  for (ptrdiff_t k = 0; k < count; k += 4, word += ANIMO_LINE) memcpy(word, codes + k, 4);
}

// The same into the halves of bytes, which hold codes of 0 before.
static void write_halves(const struct column *column, ptrdiff_t first, ptrdiff_t count,
                         const int8_t codes[CHUNK]) {
  const ptrdiff_t quarter = column->number / ANIMO_LANES, lane = column->number % ANIMO_LANES;
  char *word = column->block + ANIMO_HEADER_INT8 + lane % 8 * 4 +
               (quarter * column->words + first / 4) * ANIMO_NIBBLE_QUARTER;
  for (ptrdiff_t k = 0; k < count; k += 4, word += ANIMO_NIBBLE_QUARTER) {
    uint32_t four, halves;
    memcpy(&four, codes + k, sizeof four);
    memcpy(&halves, word, sizeof halves);
    halves ^= (four & 0x0f0f0f0f) << lane / 8 * 4;
    memcpy(word, &halves, sizeof halves);
  }
}

// Returns the greatest magnitude of a code.
static int pack_int8(const struct animo_matrix *matrix, ptrdiff_t row, const struct column *column) {
  struct animo_int8_header *header = (struct animo_int8_header *)column->block;
  const float scale = scale_of(matrix, row);
  struct codes known = {0, 128, 128};
  for (ptrdiff_t first = 0; first < matrix->depth; first += CHUNK) {
    const ptrdiff_t count = matrix->depth - first < CHUNK ? matrix->depth - first : CHUNK;
    int8_t codes[CHUNK] = {0};
    read_codes(matrix, row, first, count, scale, codes);
    column->nibbles ? write_halves(column, first, count, codes) : write_bytes(column, first, count, codes);
    survey(count, codes, &known);
  }
  header->bias[column->number] = column->bias * column->bias_factor;
  header->scale[column->number] = scale * column->scale_factor;
  header->offset[column->number] = -128 * known.sum;
  return greater(known.highest - 128, 128 - known.lowest);
}

// Codes of 0 in all halves of bytes: the only packed zeros that have other bits.
static void clear_halves(ptrdiff_t words, ptrdiff_t blocks, char *packed) {
  const ptrdiff_t size = animo_block_size(ANIMO_INT8, true, words);
  for (ptrdiff_t block = 0; block < blocks; block++, packed += size) {
    memset(packed + ANIMO_HEADER_INT8, 0x88, (size_t)(size - ANIMO_HEADER_INT8));
  }
}

// Returns the same; 0 where there are no codes.
static int pack_row(const struct animo_matrix *matrix, ptrdiff_t row, const struct column *column) {
  switch (column->arithmetic) {
    case ANIMO_BF16: pack_bf16(matrix, row, column); return 0;
    case ANIMO_INT8: return pack_int8(matrix, row, column);
    default: pack_floats(matrix, row, column); return 0;
  }
}

int animo_pack_columns(enum animo_arithmetic arithmetic, bool nibbles, const struct animo_matrix *matrix,
                       const float *bias, void *packed) {
  const ptrdiff_t words = animo_words(arithmetic, matrix->depth);
  const ptrdiff_t block_size = animo_block_size(arithmetic, nibbles, words);
  if (nibbles) clear_halves(words, animo_blocks(matrix->rows, ANIMO_COLUMNS), packed);
  int greatest = 0;
  for (ptrdiff_t row = 0; row < matrix->rows; row++) {
    const struct column column = {arithmetic, nibbles, (char *)packed + row / ANIMO_COLUMNS * block_size,
                                  words,      row % ANIMO_COLUMNS, bias[row], 1, 1};
    greatest = greater(greatest, pack_row(matrix, row, &column));
  }
  return greatest;
}

int animo_pack_gates(enum animo_arithmetic arithmetic, bool nibbles, const struct animo_matrix *matrix,
                     const float *bias, float unit, void *packed) {
  const ptrdiff_t units = matrix->rows / ANIMO_GATES;
  const ptrdiff_t words = animo_words(arithmetic, matrix->depth);
  const ptrdiff_t block_size = animo_block_size(arithmetic, nibbles, words);
  if (nibbles) clear_halves(words, animo_blocks(units, ANIMO_LANES), packed);
  int greatest = 0;
  // Gate by gate within a block: the lines that 16 rows are written to together stay in the cache.
  for (ptrdiff_t first = 0; first < units; first += ANIMO_LANES, packed = (char *)packed + block_size) {
    const ptrdiff_t lanes = units - first < ANIMO_LANES ? units - first : ANIMO_LANES;
    for (ptrdiff_t gate = 0; gate < ANIMO_GATES; gate++) {
      const float factor = gate == 2 ? -2 * ANIMO_LOG2_E : -ANIMO_LOG2_E;
      for (ptrdiff_t lane = 0; lane < lanes; lane++) {
        const ptrdiff_t row = gate * units + first + lane;
        const struct column column = {arithmetic, nibbles, packed, words, gate * ANIMO_LANES + lane,
                                      bias ? bias[row] : 0, factor, factor * unit};
        greatest = greater(greatest, pack_row(matrix, row, &column));
      }
    }
  }
  return greatest;
}
