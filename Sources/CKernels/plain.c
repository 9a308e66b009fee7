// The reference: every hot loop as it is written on paper, in plain C for any processor.
#include <math.h>

#include "versions.h"

static bool runs_everywhere(void) { return true; }

// sums[lane] += Σk x[k] · weights[k][lane], for one row and 16 columns.
static void add_products(ptrdiff_t depth, const float *x, const float *weights, float sums[ANIMO_LANES]) {
  for (ptrdiff_t k = 0; k < depth; k++) {
    const float *line = weights + k * ANIMO_COLUMNS;
    for (ptrdiff_t lane = 0; lane < ANIMO_LANES; lane++) sums[lane] += x[k] * line[lane];
  }
}

// x held to ±ANIMO_CLIP; a NaN becomes the lower end.
static float clipped(float x) {
  if (!(x > -ANIMO_CLIP)) return -ANIMO_CLIP;
  return x < ANIMO_CLIP ? x : ANIMO_CLIP;
}

static float sigmoid(float x) { return 1 / (1 + expf(-clipped(x))); }

static float hyperbolic_tangent(float x) { return tanhf(clipped(x)); }

// The cell of 16 units of one row from the sums of their gates: c in place, h to `output`.
static void update_cell(const float z[ANIMO_GATES][ANIMO_LANES], float *cell, float *output) {
  for (ptrdiff_t lane = 0; lane < ANIMO_LANES; lane++) {
    const float i = sigmoid(z[0][lane]);
    const float f = sigmoid(z[1][lane]);
    const float g = hyperbolic_tangent(z[2][lane]);
    const float o = sigmoid(z[3][lane]);
    cell[lane] = f * cell[lane] + i * g;
    output[lane] = o * hyperbolic_tangent(cell[lane]);
  }
}

static void lstm_step(const struct animo_lstm *layer, const struct animo_lstm_rows *rows) {
  const ptrdiff_t block_size = animo_block_size(layer->inputs + layer->units);
  for (ptrdiff_t block = 0; block < animo_blocks(layer->units, ANIMO_LANES); block++) {
    const float *bias = layer->packed + block * block_size;
    const float *from_input = bias + ANIMO_COLUMNS;
    const float *from_state = from_input + layer->inputs * ANIMO_COLUMNS;
    for (ptrdiff_t row = 0; row < rows->count; row++) {
      float z[ANIMO_GATES][ANIMO_LANES];
      for (ptrdiff_t gate = 0; gate < ANIMO_GATES; gate++) {
        const ptrdiff_t column = gate * ANIMO_LANES;
        for (ptrdiff_t lane = 0; lane < ANIMO_LANES; lane++) z[gate][lane] = bias[column + lane];
        add_products(layer->inputs, rows->input + row * rows->input_stride, from_input + column, z[gate]);
        add_products(layer->units, rows->state + row * rows->state_stride, from_state + column, z[gate]);
      }
      update_cell(z, rows->cell + row * rows->cell_stride + block * ANIMO_LANES,
                  rows->output + row * rows->output_stride + block * ANIMO_LANES);
    }
  }
}

static void linear(const struct animo_linear *layer, const struct animo_linear_rows *rows) {
  // 16 outputs at a time: a quarter of a block.
  for (ptrdiff_t output = 0; output < layer->outputs; output += ANIMO_LANES) {
    const float *bias = layer->packed + (output / ANIMO_COLUMNS) * animo_block_size(layer->inputs) +
                        output % ANIMO_COLUMNS;
    for (ptrdiff_t row = 0; row < rows->count; row++) {
      float y[ANIMO_LANES];
      for (ptrdiff_t lane = 0; lane < ANIMO_LANES; lane++) y[lane] = bias[lane];
      add_products(layer->inputs, rows->input + row * rows->input_stride, bias + ANIMO_COLUMNS, y);
      float *out = rows->output + row * rows->output_stride + output;
      for (ptrdiff_t lane = 0; lane < ANIMO_LANES; lane++) {
        out[lane] = layer->rectify && !(y[lane] > 0) ? 0 : y[lane];
      }
    }
  }
}

const struct animo_kernels animo_plain = {
    .name = "plain",
    .runs_here = runs_everywhere,
    .packed_lstm_size = animo_packed_lstm_size,
    .pack_lstm = animo_pack_lstm,
    .lstm_step = lstm_step,
    .packed_linear_size = animo_packed_linear_size,
    .pack_linear = animo_pack_linear,
    .linear = linear,
};
