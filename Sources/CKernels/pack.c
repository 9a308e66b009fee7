// Weights as PyTorch stores them → blocks in the order in which the kernels read them (see kernels.h).
#include <string.h>

#include "versions.h"

size_t animo_packed_lstm_size(ptrdiff_t inputs, ptrdiff_t units) {
  return sizeof(float) * (size_t)(animo_blocks(units, ANIMO_LANES) * animo_block_size(inputs + units));
}

size_t animo_packed_linear_size(ptrdiff_t inputs, ptrdiff_t outputs) {
  return sizeof(float) * (size_t)(animo_blocks(outputs, ANIMO_COLUMNS) * animo_block_size(inputs));
}

// Writes one row of a weight matrix down a column of a block.
static void pack_column(ptrdiff_t depth, const float *weights, float *column) {
  for (ptrdiff_t k = 0; k < depth; k++) column[k * ANIMO_COLUMNS] = weights[k];
}

void animo_pack_lstm(ptrdiff_t inputs, ptrdiff_t units, const float *input_weights,
                     const float *state_weights, const float *input_bias, const float *state_bias,
                     float *packed) {
  memset(packed, 0, animo_packed_lstm_size(inputs, units));
  const ptrdiff_t block_size = animo_block_size(inputs + units);
  for (ptrdiff_t unit = 0; unit < units; unit++) {
    for (ptrdiff_t gate = 0; gate < ANIMO_GATES; gate++) {
      const ptrdiff_t row = gate * units + unit;
      float *bias = packed + (unit / ANIMO_LANES) * block_size + gate * ANIMO_LANES + unit % ANIMO_LANES;
      float *from_input = bias + ANIMO_COLUMNS;
      float *from_state = from_input + inputs * ANIMO_COLUMNS;
      *bias = input_bias[row] + state_bias[row];
      pack_column(inputs, input_weights + row * inputs, from_input);
      pack_column(units, state_weights + row * units, from_state);
    }
  }
}

void animo_pack_linear(ptrdiff_t inputs, ptrdiff_t outputs, const float *weights, const float *bias,
                       float *packed) {
  memset(packed, 0, animo_packed_linear_size(inputs, outputs));
  const ptrdiff_t block_size = animo_block_size(inputs);
  for (ptrdiff_t output = 0; output < outputs; output++) {
    float *column = packed + (output / ANIMO_COLUMNS) * block_size + output % ANIMO_COLUMNS;
    *column = bias[output];
    pack_column(inputs, weights + output * inputs, column + ANIMO_COLUMNS);
  }
}
