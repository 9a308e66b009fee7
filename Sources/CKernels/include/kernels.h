// The hot loops of the network: one fused LSTM step and one linear layer, over weights packed once.
//
// Every instruction set has one file with its versions (plain.c, avx2.c, avx512.c); each fills one
// `struct animo_kernels`, a table of function pointers, and choose.c lists the tables. All versions share
// the packed layout and the contract below, so a new instruction set is one new file and one line.
//
// CONTRACT OF ALL VERSIONS
// - Rows are independent. The arithmetic of a row (which products, in which order, fused or not) is the same
//   whatever the number of rows and whatever stands in the others: answers never depend on the batch.
// - Sums run over k = 0, 1, … in one chain from the bias; the fast versions fuse every multiply and add.
//   avx2 and avx512 therefore agree bit for bit with each other; plain differs from them by rounding.
// - Nothing is allocated, nothing is remembered, nothing outside the stated rows and columns is written.
// - Strides count floats, from one row to the next. Pointers to packed weights are aligned to 64 bytes;
//   others only as their type needs.
// - Any value is allowed in weights and activations, also infinities and NaN: the gates are clipped, a NaN
//   counts as the lower clip, so hidden states are always numbers in [-1, 1].
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
  // An LSTM unit has four gates, in PyTorch's order: input i, forget f, cell g, output o.
  ANIMO_GATES = 4,
  // Units of one block: a cache line of floats, one AVX-512 register, two AVX2 registers.
  ANIMO_LANES = 16,
  // Columns of one block of packed weights.
  ANIMO_COLUMNS = ANIMO_GATES * ANIMO_LANES,
  // Rows that the fast versions compute at once while one weight is in registers.
  ANIMO_TILE_ROWS = 6,
  // Alignment of packed weights, in bytes: a cache line.
  ANIMO_ALIGNMENT = 64,
};

// PACKED WEIGHTS
//
// A block holds the bias and then the weights of 64 columns, in the order in which they are read:
//
//   float block[1 + depth][64]      block[0] = bias, block[1 + k] = what multiplies activation k
//
// LSTM: depth = inputs + units (first x, then the previous h). Block b holds units 16b … 16b+15; column
// 16 * gate + lane is that gate of unit 16b + lane. The bias is the sum of PyTorch's two.
// Linear: depth = inputs; column c of block b is output 64b + c.
// Columns past the last unit or output are zero.

// One LSTM layer of shape inputs → units.
struct animo_lstm {
  ptrdiff_t inputs;
  ptrdiff_t units;
  const float *packed;
};

// The rows that one step works on. `state` and `output` must not overlap.
struct animo_lstm_rows {
  ptrdiff_t count;
  const float *input;  // [count][inputs]: x at this step
  ptrdiff_t input_stride;
  const float *state;  // [count][units]: h after the previous step
  ptrdiff_t state_stride;
  float *cell;         // [count][units rounded up to 16]: c, updated in place
  ptrdiff_t cell_stride;
  float *output;       // [count][units rounded up to 16]: h after this step
  ptrdiff_t output_stride;
};

// One linear layer of shape inputs → outputs; `rectify` puts a ReLU behind it.
struct animo_linear {
  ptrdiff_t inputs;
  ptrdiff_t outputs;
  const float *packed;
  bool rectify;
};

// The rows that a linear layer works on.
struct animo_linear_rows {
  ptrdiff_t count;
  const float *input;  // [count][inputs]
  ptrdiff_t input_stride;
  float *output;       // [count][outputs rounded up to 16]
  ptrdiff_t output_stride;
};

// One version of the hot loops.
struct animo_kernels {
  // What people type to force it, such as "avx2".
  const char *name;
  // Whether this processor has the instructions.
  bool (*runs_here)(void);

  // Size in bytes of a packed LSTM layer of this shape, and the packing itself: `input_weights` is
  // [4 * units][inputs], `state_weights` [4 * units][units], both biases [4 * units], as PyTorch stores them.
  size_t (*packed_lstm_size)(ptrdiff_t inputs, ptrdiff_t units);
  void (*pack_lstm)(ptrdiff_t inputs, ptrdiff_t units, const float *input_weights, const float *state_weights,
                    const float *input_bias, const float *state_bias, float *packed);
  // One time step: z = bias + W x + R h; c = σ(f)·c + σ(i)·tanh(g); h = σ(o)·tanh(c).
  void (*lstm_step)(const struct animo_lstm *layer, const struct animo_lstm_rows *rows);

  // The same for a linear layer: `weights` is [outputs][inputs], `bias` [outputs].
  size_t (*packed_linear_size)(ptrdiff_t inputs, ptrdiff_t outputs);
  void (*pack_linear)(ptrdiff_t inputs, ptrdiff_t outputs, const float *weights, const float *bias,
                      float *packed);
  // y = bias + W x, or the greater of that and 0.
  void (*linear)(const struct animo_linear *layer, const struct animo_linear_rows *rows);
};

// All versions compiled in, the fastest first; the last one, plain, runs everywhere.
size_t animo_kernels_count(void);
const struct animo_kernels *animo_kernels_at(size_t index);

// WORK BOUND BY MEMORY, NOT ARITHMETIC: one version, vectorised by the compiler.

// out[i] = scale * codes[i]: a row of 8-bit weights as numbers.
void animo_dequantise(ptrdiff_t count, const int8_t *codes, float scale, float *out);

// codes[i] = values[i] / scale, rounded to nearest even and held to -127 … 127; returns the scale, the
// greatest magnitude / 127 (0 when all values are 0).
float animo_quantise(ptrdiff_t count, const float *values, int8_t *codes);

// The index of the first of `count` little-endian floats at `bytes` (any alignment) that is an infinity or
// NaN; `count` when all are numbers.
ptrdiff_t animo_first_not_finite(ptrdiff_t count, const void *bytes);

// Folds one more row into a running maximum and sum; the first row starts both.
void animo_pool(ptrdiff_t count, const float *row, bool first, float *maximum, float *sum);
