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

size_t animo_packed_size(enum animo_arithmetic arithmetic, ptrdiff_t depth, ptrdiff_t blocks) {
  return (size_t)(blocks * animo_block_size(arithmetic, animo_words(arithmetic, depth)));
}

// Where one row of a matrix goes: a column of a block, and what its bias and scale are multiplied by.
struct column {
  enum animo_arithmetic arithmetic;
  char *block;
  ptrdiff_t number;
  float bias;
  float bias_factor;
  float scale_factor;
};

// A number of a matrix.
static float value(const struct animo_matrix *matrix, ptrdiff_t row, ptrdiff_t k) {
  const ptrdiff_t index = row * matrix->depth + k;
  if (matrix->codes) return matrix->scales[row] * (float)matrix->codes[index];
  float number;
  memcpy(&number, (const char *)matrix->floats + index * (ptrdiff_t)sizeof number, sizeof number);
  return number;
}

// The scale at which a row of numbers becomes codes: its greatest magnitude / 127.
static float scale_of(const struct animo_matrix *matrix, ptrdiff_t row) {
  if (matrix->codes) return matrix->scales[row];
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

// What is known of the codes of a row.
struct codes {
  int32_t sum;
  // As unsigned bytes, code + 128: simple enough for the compiler to take 16 at once.
  uint8_t lowest;
  uint8_t highest;
};

static void survey(ptrdiff_t count, const int8_t *codes, struct codes *known) {
  int32_t sum = 0;
  uint8_t lowest = known->lowest, highest = known->highest;
  for (ptrdiff_t k = 0; k < count; k++) {
    const uint8_t code = (uint8_t)codes[k] ^ 0x80;
    sum += code;
    lowest = code < lowest ? code : lowest;
    highest = code > highest ? code : highest;
  }
  *known = (struct codes){known->sum + sum - 128 * (int32_t)count, lowest, highest};
}

// The codes of `count` numbers of a row, which is in single precision.
static void quantise(const struct animo_matrix *matrix, ptrdiff_t row, ptrdiff_t first, ptrdiff_t count,
                     float scale, int8_t *codes) {
  for (ptrdiff_t k = 0; k < count; k++) {
    // A scale so small that it has lost its bits can give a quotient past 127.
    const float quotient = scale > 0 ? rintf(value(matrix, row, first + k) / scale) : 0;
    codes[k] = (int8_t)fmaxf(-127, fminf(127, quotient));
  }
}

// Returns the greatest magnitude of a code.
static int pack_int8(const struct animo_matrix *matrix, ptrdiff_t row, const struct column *column) {
  enum { PART = 256 };
  struct animo_int8_header *header = (struct animo_int8_header *)column->block;
  char *word = column->block + ANIMO_HEADER_INT8 + column->number * 4;
  const float scale = scale_of(matrix, row);
  struct codes known = {0, 128, 128};
  for (ptrdiff_t first = 0; first < matrix->depth; first += PART) {
    const ptrdiff_t count = matrix->depth - first < PART ? matrix->depth - first : PART;
    int8_t quantised[PART];
    const int8_t *codes = quantised;
    if (matrix->codes) {
      codes = matrix->codes + row * matrix->depth + first;
    } else {
      quantise(matrix, row, first, count, scale, quantised);
    }
    survey(count, codes, &known);
    ptrdiff_t k = 0;
    for (; k + 4 <= count; k += 4, word += ANIMO_LINE) memcpy(word, codes + k, 4);
    memcpy(word, codes + k, (size_t)(count - k));
  }
  header->bias[column->number] = column->bias * column->bias_factor;
  header->scale[column->number] = scale * column->scale_factor;
  header->offset[column->number] = -128 * known.sum;
  return greater(known.highest - 128, 128 - known.lowest);
}

// Returns the same; 0 where there are no codes.
static int pack_row(const struct animo_matrix *matrix, ptrdiff_t row, const struct column *column) {
  switch (column->arithmetic) {
    case ANIMO_BF16: pack_bf16(matrix, row, column); return 0;
    case ANIMO_INT8: return pack_int8(matrix, row, column);
    default: pack_floats(matrix, row, column); return 0;
  }
}

int animo_pack_columns(enum animo_arithmetic arithmetic, const struct animo_matrix *matrix,
                        const float *bias, void *packed) {
  const ptrdiff_t blocks = animo_blocks(matrix->rows, ANIMO_COLUMNS);
  const ptrdiff_t block_size = animo_block_size(arithmetic, animo_words(arithmetic, matrix->depth));
  int greatest = 0;
  for (ptrdiff_t row = 0; row < matrix->rows; row++) {
    const struct column column = {arithmetic, (char *)packed + row / ANIMO_COLUMNS * block_size,
                                  row % ANIMO_COLUMNS, bias[row], 1, 1};
    greatest = greater(greatest, pack_row(matrix, row, &column));
  }
  return greatest;
}

int animo_pack_gates(enum animo_arithmetic arithmetic, const struct animo_matrix *matrix,
                      const float *bias, float unit, void *packed) {
  const ptrdiff_t units = matrix->rows / ANIMO_GATES;
  const ptrdiff_t blocks = animo_blocks(units, ANIMO_LANES);
  const ptrdiff_t block_size = animo_block_size(arithmetic, animo_words(arithmetic, matrix->depth));
  int greatest = 0;
  for (ptrdiff_t unit_number = 0; unit_number < units; unit_number++) {
    for (ptrdiff_t gate = 0; gate < ANIMO_GATES; gate++) {
      const ptrdiff_t row = gate * units + unit_number;
      const float factor = gate == 2 ? -2 * ANIMO_LOG2_E : -ANIMO_LOG2_E;
      const struct column column = {arithmetic, (char *)packed + unit_number / ANIMO_LANES * block_size,
                                    gate * ANIMO_LANES + unit_number % ANIMO_LANES, bias ? bias[row] : 0,
                                    factor, factor * unit};
      greatest = greater(greatest, pack_row(matrix, row, &column));
    }
  }
  return greatest;
}
