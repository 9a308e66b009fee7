#include "layers.h"

#include <math.h>
#include <string.h>

enum {
  // Room between rows, in words, and between blocks, in floats: nothing may be written there.
  GAP = 3,
};

static float state_unit(enum animo_arithmetic arithmetic) {
  return arithmetic == ANIMO_INT8 ? 1.0f / 127 : 1;
}

struct layer_step random_step(ptrdiff_t inputs, ptrdiff_t units, ptrdiff_t rows) {
  struct numbers numbers = {7};
  const float factor = 2 / sqrtf((float)(inputs + units));
  return (struct layer_step){
      .inputs = inputs,
      .units = units,
      .rows = rows,
      .input_weights = {.rows = 4 * units,
                        .depth = inputs,
                        .floats = next_numbers(&numbers, 4 * units * inputs, factor)},
      .state_weights = {.rows = 4 * units,
                        .depth = units,
                        .floats = next_numbers(&numbers, 4 * units * units, factor)},
      .bias = next_numbers(&numbers, 4 * units, 1),
      .input = next_numbers(&numbers, rows * inputs, 1),
      .state = next_numbers(&numbers, rows * units, 1),
      .cell = next_numbers(&numbers, rows * units, 1),
  };
}

// A matrix as a set reads it.
static struct animo_weights packed(const struct animo_kernels *set, const struct animo_matrix *matrix,
                                   const float *bias, float unit, ptrdiff_t blocks, bool by_gate) {
  const enum animo_arithmetic arithmetic = set->arithmetic;
  const bool nibbles = set->reads_nibbles && animo_fits_nibbles(matrix);
  void *memory = room(animo_packed_size(arithmetic, nibbles, matrix->depth, blocks));
  const int greatest = by_gate ? animo_pack_gates(arithmetic, nibbles, matrix, bias, unit, memory)
                               : animo_pack_columns(arithmetic, nibbles, matrix, bias, memory);
  return (struct animo_weights){
      .arithmetic = arithmetic,
      .nibbles = nibbles,
      .words = animo_words(arithmetic, matrix->depth),
      .blocks = blocks,
      .greatest = greatest,
      .packed = memory,
  };
}

// Activations of some rows, `stride` words apart.
struct activations {
  uint32_t *words;
  ptrdiff_t stride;
  float *scales;
};

// Rows of `columns` floats, or of codes that are worth 1/127 each. The bytes past the last number of a row
// are multiplied by zero, so any will do.
static struct activations encoded(enum animo_arithmetic arithmetic, ptrdiff_t rows, ptrdiff_t columns,
                                  const float *floats, const int8_t *codes) {
  const ptrdiff_t stride = animo_words(arithmetic, columns) + 1;
  const size_t size = (size_t)(rows * stride) * sizeof(uint32_t);
  struct activations activations = {room(size), stride, room((size_t)rows * sizeof(float))};
  memset(activations.words, 0x41, size);
  for (ptrdiff_t row = 0; row < rows; row++) {
    uint32_t *to = activations.words + row * stride;
    activations.scales[row] =
        codes ? animo_encode_codes(arithmetic, columns, codes + row * columns, 1.0f / 127, to)
              : animo_encode(arithmetic, columns, floats + row * columns, to);
  }
  return activations;
}

// Hidden states: in 8 bits each is the nearest code of 1/127.
static struct activations encoded_states(enum animo_arithmetic arithmetic, ptrdiff_t rows, ptrdiff_t units,
                                         const float *states) {
  if (arithmetic != ANIMO_INT8) return encoded(arithmetic, rows, units, states, NULL);
  int8_t *codes = room((size_t)(rows * units));
  for (ptrdiff_t i = 0; i < rows * units; i++) codes[i] = (int8_t)rintf(states[i] * 127);
  return encoded(arithmetic, rows, units, NULL, codes);
}

// Expects that the room between rows is as it was.
static void expect_gaps(const char *what, ptrdiff_t rows, ptrdiff_t length, ptrdiff_t stride,
                        const float *numbers) {
  bool is_so = true;
  for (ptrdiff_t row = 0; row < rows; row++) {
    for (ptrdiff_t i = length; i < stride; i++) is_so &= is_untouched(numbers[row * stride + i]);
  }
  expect(is_so, what);
}

// The first `columns` numbers of each row.
static float *gathered(ptrdiff_t rows, ptrdiff_t columns, ptrdiff_t stride, const float *numbers) {
  float *list = room((size_t)(rows * columns) * sizeof *list);
  for (ptrdiff_t row = 0; row < rows; row++) {
    memcpy(list + row * columns, numbers + row * stride, (size_t)columns * sizeof *list);
  }
  return list;
}

// Products of all blocks, block after block, a slot for each row.
struct projections {
  float *numbers;
  ptrdiff_t block_stride;
};

static struct projections projected(const struct animo_kernels *set, const struct animo_weights *weights,
                                    const struct activations *input, ptrdiff_t rows) {
  const ptrdiff_t stride = ANIMO_COLUMNS + GAP;
  struct projections projections = {untouched(weights->blocks * (rows * stride + GAP)), rows * stride + GAP};
  const struct animo_product_rows all = {
      .count = rows,
      .input = input->words,
      .input_stride = input->stride,
      .scales = input->scales,
      .output = projections.numbers,
      .output_stride = stride,
      .output_block_stride = projections.block_stride,
  };
  set->product(weights, &all);
  for (ptrdiff_t block = 0; block < weights->blocks; block++) {
    const float *numbers = projections.numbers + block * projections.block_stride;
    expect_gaps("a product writes between rows", rows, ANIMO_COLUMNS, stride, numbers);
    expect_gaps("a product writes between blocks", 1, rows * stride, projections.block_stride, numbers);
  }
  return projections;
}

// Rows of cells, [rows][16 · blocks]; what stands past the last unit does not matter.
static float *spread_cells(const struct layer_step *step, ptrdiff_t first, ptrdiff_t rows, ptrdiff_t stride) {
  float *cells = untouched(rows * stride);
  for (ptrdiff_t row = 0; row < rows; row++) {
    memcpy(cells + row * stride, step->cell + (first + row) * step->units,
           (size_t)step->units * sizeof *cells);
  }
  return cells;
}

struct layer_answer run_step(const struct animo_kernels *set, const struct layer_step *step, ptrdiff_t first,
                             ptrdiff_t end, bool backwards) {
  const enum animo_arithmetic kind = set->arithmetic;
  const ptrdiff_t rows = end - first, units = step->units, inputs = step->inputs;
  const ptrdiff_t blocks = (units + ANIMO_LANES - 1) / ANIMO_LANES;
  const struct animo_weights input_weights =
      packed(set, &step->input_weights, step->bias, 1, blocks, true);
  const struct animo_weights state_weights =
      packed(set, &step->state_weights, NULL, state_unit(kind), blocks, true);
  const struct activations input =
      encoded(kind, rows, inputs, step->input ? step->input + first * inputs : NULL,
              step->input_codes ? step->input_codes + first * inputs : NULL);
  const struct activations state = encoded_states(kind, rows, units, step->state + first * units);
  const struct projections projections = projected(set, &input_weights, &input, rows);

  const ptrdiff_t whole = blocks * ANIMO_LANES, stride = whole + GAP;
  const ptrdiff_t output_words = animo_words(kind, whole), output_stride = output_words + GAP;
  struct animo_start *starts = room((size_t)rows * sizeof *starts);
  for (ptrdiff_t row = 0; row < rows; row++) {
    starts[row] = (struct animo_start){projections.numbers + row * (ANIMO_COLUMNS + GAP),
                                       projections.block_stride};
  }
  float *cell = spread_cells(step, first, rows, stride), *answers = untouched(rows * stride);
  float *output = untouched(rows * output_stride);
  struct animo_step_rows all = {
      .count = rows,
      .starts = starts,
      .state = state.words,
      .state_stride = state.stride,
      .cell = cell,
      .cell_stride = stride,
      .output = output,
      .output_stride = output_stride,
      .answers = backwards ? NULL : answers,
      .answers_stride = stride,
      .backwards = backwards,
  };
  set->step(&state_weights, &all);
  expect_gaps("a step writes between cells", rows, whole, stride, cell);
  expect_gaps("a step writes between answers", rows, whole, stride, answers);
  expect_gaps("a step writes between outputs", rows, output_words, output_stride, output);

  struct layer_answer answer = {gathered(rows, units, stride, answers),
                                room((size_t)(rows * units) * sizeof(float)),
                                gathered(rows, units, stride, cell)};
  for (ptrdiff_t row = 0; row < rows; row++) {
    for (ptrdiff_t unit = 0; unit < units; unit++) {
      answer.rounded[row * units + unit] =
          animo_decode(kind, output + row * output_stride, unit, state_unit(kind));
    }
  }
  return answer;
}

// The sum that goes into a gate of a unit.
static double gate_sum(const struct layer_step *step, ptrdiff_t gate, ptrdiff_t unit, ptrdiff_t row) {
  const ptrdiff_t line = gate * step->units + unit;
  const float *input_weights = (const float *)step->input_weights.floats + line * step->inputs;
  const float *state_weights = (const float *)step->state_weights.floats + line * step->units;
  double sum = step->bias[line];
  for (ptrdiff_t k = 0; k < step->inputs; k++) {
    sum += (double)input_weights[k] * step->input[row * step->inputs + k];
  }
  for (ptrdiff_t k = 0; k < step->units; k++) {
    sum += (double)state_weights[k] * step->state[row * step->units + k];
  }
  return sum;
}

static double sigmoid(double x) { return 1 / (1 + exp(-x)); }

void exact_step(const struct layer_step *step, double *state, double *cell) {
  for (ptrdiff_t i = 0; i < step->rows * step->units; i++) {
    const ptrdiff_t row = i / step->units, unit = i % step->units;
    const double added = sigmoid(gate_sum(step, 0, unit, row)) * tanh(gate_sum(step, 2, unit, row));
    cell[i] = sigmoid(gate_sum(step, 1, unit, row)) * step->cell[i] + added;
    state[i] = sigmoid(gate_sum(step, 3, unit, row)) * tanh(cell[i]);
  }
}

float *run_linear(const struct animo_kernels *set, const struct linear *linear, ptrdiff_t first,
                  ptrdiff_t end) {
  const ptrdiff_t rows = end - first, blocks = (linear->outputs + ANIMO_COLUMNS - 1) / ANIMO_COLUMNS;
  const struct animo_matrix matrix = {
      .rows = linear->outputs, .depth = linear->inputs, .floats = linear->weights};
  const struct animo_weights weights = packed(set, &matrix, linear->bias, 1, blocks, false);
  const struct activations input =
      encoded(set->arithmetic, rows, linear->inputs, linear->input + first * linear->inputs, NULL);
  const struct projections projections = projected(set, &weights, &input, rows);
  float *output = room((size_t)(rows * linear->outputs) * sizeof *output);
  for (ptrdiff_t row = 0; row < rows; row++) {
    for (ptrdiff_t column = 0; column < linear->outputs; column++) {
      output[row * linear->outputs + column] =
          projections.numbers[column / ANIMO_COLUMNS * projections.block_stride +
                              row * (ANIMO_COLUMNS + GAP) + column % ANIMO_COLUMNS];
    }
  }
  return output;
}
