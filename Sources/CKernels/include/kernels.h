// The hot loops of the network: the product of many rows with a matrix, and the fused LSTM step.
//
// A kernel set is an instruction set × an arithmetic: "avx512-int8" multiplies bytes with AVX-512 VNNI. Each
// set has one file; it fills one `struct animo_kernels`, a table of function pointers, and choose.c lists the
// tables. Packed weights and activations depend on the arithmetic alone, so a new instruction set is one new
// file and one line.
//
// CONTRACT OF ALL SETS
// - Rows are independent. The arithmetic of a row (which products, in which order, fused or not) is the same
//   whatever the number of rows and whatever stands in the others: answers never depend on the batch.
// - fp32: sums run over k = 0, 1, … in one chain from the bias. The fast sets fuse every multiply and add,
//   so they agree bit for bit with one another; plain differs from them by rounding.
// - bf16: pairs of activations in turn, the second product of a pair before the first, summed in fp32.
// - int8: sums are exact, and what is done with them (quantised.h) is the same operations in the same order
//   everywhere: all int8 sets agree bit for bit.
// - Blocks are independent too, so that two threads may share a product or a step (pair.h).
// - Nothing is allocated, nothing is remembered, nothing outside the stated rows and columns is written.
// - Packed weights are aligned to 64 bytes; others only as their type needs.
// - Any value is allowed in weights and activations, also infinities and NaN: the gates are clipped, so
//   hidden states are always numbers in [-1, 1].
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
  // Rows that the fast sets compute at most at once while one weight is in registers.
  ANIMO_TILE_ROWS = 6,
  // Alignment of packed weights, in bytes: a cache line.
  ANIMO_ALIGNMENT = 64,
};

// How activations and weights are stored and multiplied.
enum animo_arithmetic {
  // Single precision.
  ANIMO_FP32,
  // bfloat16, the upper half of a float, rounded to nearest even; summed in single precision.
  ANIMO_BF16,
  // Codes -127 … 127 with a scale for each row and each column; summed in 32-bit integers.
  ANIMO_INT8,
};

// WORDS
//
// All arithmetics read activations in words of 32 bits: one float, two bf16 (the first in the low half), or
// four bytes (the first in the lowest), each code + 128. A row of K activations has ⌈K / number per word⌉
// words; numbers past K are multiplied by zero and must be finite. Strides of activations count words.
//
// PACKED WEIGHTS
//
// A block holds 64 columns in the order in which they are read: its header, then one line for each word.
//
//   fp32, bf16   float bias[64]
//   int8         float bias[64], scale[64]; int32_t offset[64] = -128 · the sum of the column's codes
//   then         uint32_t line[words][64]: what multiplies that word of the activations, in each column
//
// Nibbles: codes of magnitudes up to 7 can lie two to a byte instead, each as code + 8. For every 16 columns
// there is then, one after another,
//
//   uint32_t line[words][8]: in the low halves of its bytes what multiplies that word in each of the first
//                            eight columns, in the high halves the same of the last eight
//
// Columns in order: column c of block b is row 64b + c of the matrix as PyTorch stores it.
// Columns by gate: block b holds units 16b … 16b+15 of an LSTM layer; its column 16 · gate + lane is that
// gate of unit 16b + lane, row gate · units + 16b + lane of PyTorch's matrix. In int8 bias and scale are
// multiplied by -log2(e), those of the gate g by twice that: the gates are then computed from powers of two
// (quantised.h).
// Columns past the last row of the matrix are zero.
struct animo_weights {
  enum animo_arithmetic arithmetic;
  ptrdiff_t words;
  ptrdiff_t blocks;
  // Whether the codes lie two to a byte; only for sets that read them so.
  bool nibbles;
  // The greatest magnitude among the codes, as packing found it: sets may sum small products in fewer bits.
  int greatest;
  const void *packed;
};

// The rows of a product.
struct animo_product_rows {
  ptrdiff_t count;
  const uint32_t *input;  // [count][words]
  ptrdiff_t input_stride;
  const float *scales;    // [count]: what a code of each row is worth; read by int8 only
  float *output;          // [count][blocks][64]: column c of block b of row r is at
  ptrdiff_t output_stride;        // r · output_stride + b · output_block_stride + c
  ptrdiff_t output_block_stride;
};

// Where W x + bias of a row is: column c of block b is first[b · block_stride + c].
struct animo_start {
  const float *first;
  ptrdiff_t block_stride;
};

// The rows that one LSTM step works on. `state` and `output` must not overlap.
struct animo_step_rows {
  ptrdiff_t count;
  const struct animo_start *starts;  // [count]
  const uint32_t *state;             // [count][words]: h after the previous step
  ptrdiff_t state_stride;
  float *cell;                       // [count][16 · blocks]: c, updated in place
  ptrdiff_t cell_stride;
  void *output;                      // [count][16 · blocks]: h after this step, as activations
  ptrdiff_t output_stride;           // in words, like state_stride
  float *answers;                    // the same h as floats, [count][16 · blocks], or null
  ptrdiff_t answers_stride;
  bool backwards;                    // from the last block to the first: those of the end of the step before
                                     // are still in the cache
};

// One version of the hot loops.
struct animo_kernels {
  // What people type to force it, such as "avx2".
  const char *name;
  enum animo_arithmetic arithmetic;
  // Whether this processor has the instructions.
  bool (*runs_here)(void);
  // Whether matrices that have small codes alone are to be packed as nibbles.
  bool reads_nibbles;
  // y = bias + W x. In int8, for a row of scale s: y = bias + (column's scale · s) · the sum of products.
  void (*product)(const struct animo_weights *weights, const struct animo_product_rows *rows);
  // One time step: z = start + R h; c = σ(f)·c + σ(i)·tanh(g); h = σ(o)·tanh(c).
  // In int8 h is stored as the code nearest to 127 h, and the weights' scale has the factor 1/127 in it.
  void (*step)(const struct animo_weights *weights, const struct animo_step_rows *rows);
};

// All sets compiled in: int8, bf16, fp32, in each the fastest first and plain, which runs everywhere, last. A
// set that is not known to be fast comes behind one that runs wherever it does.
size_t animo_kernels_count(void);
const struct animo_kernels *animo_kernels_at(size_t index);

// PACKING

// A matrix as a model stores it, [rows][depth]: single precision, or codes with one scale a row. One of the
// three is not null.
struct animo_matrix {
  ptrdiff_t rows;
  ptrdiff_t depth;
  const void *floats;      // any alignment
  const int8_t *codes;     // -128 counts as itself
  const uint8_t *nibbles;  // [rows][⌈depth / 2⌉]: code + 8 of the even columns in the low halves, of the odd
                           // ones in the high halves
  const float *scales;     // [rows], with codes
};

// Words of a row of `depth` activations.
ptrdiff_t animo_words(enum animo_arithmetic arithmetic, ptrdiff_t depth);

// Whether a matrix can be packed as nibbles: it consists of codes, none of a magnitude above 7.
bool animo_fits_nibbles(const struct animo_matrix *matrix);

// Size in bytes of the given number of packed columns.
size_t animo_packed_size(enum animo_arithmetic arithmetic, bool nibbles, ptrdiff_t depth, ptrdiff_t blocks);

// Packs a matrix with its columns in order; `bias` is [rows]. `nibbles` is for int8 and matrices that fit.
// `packed` is all zeros before: fresh memory of the system is, without being touched.
// Returns the greatest magnitude of its codes, 0 to 128; 0 but in int8.
int animo_pack_columns(enum animo_arithmetic arithmetic, bool nibbles, const struct animo_matrix *matrix,
                       const float *bias, void *packed);

// Packs a matrix with its columns by gate; it has 4 · units rows. `bias` is [4 · units], or null for zeros.
// `unit` is what a code of the activations is worth where that is the same for all rows, else 1. Returns the
// same.
int animo_pack_gates(enum animo_arithmetic arithmetic, bool nibbles, const struct animo_matrix *matrix,
                     const float *bias, float unit, void *packed);

// ACTIVATIONS: one version, vectorised by the compiler.

// Writes a row of numbers (any alignment) as activations; returns the row's scale (1 but in int8).
float animo_encode(enum animo_arithmetic arithmetic, ptrdiff_t count, const void *floats, void *out);

// The same for codes that are worth `scale` each; the codes are taken as they are in int8, -128 as -127.
float animo_encode_codes(enum animo_arithmetic arithmetic, ptrdiff_t count, const int8_t *codes, float scale,
                         void *out);

// The number at `index` of a row of activations.
float animo_decode(enum animo_arithmetic arithmetic, const void *row, ptrdiff_t index, float scale);

// ROWS: work bound by memory; one version, vectorised by the compiler.

// out[i] = scale * codes[i]: a row of 8-bit weights as numbers.
void animo_dequantise(ptrdiff_t count, const int8_t *codes, float scale, float *out);

// codes[i] = values[i] / scale, rounded to nearest even and held to -127 … 127; returns the scale, the
// greatest magnitude / 127 (0 when all values are 0).
float animo_quantise(ptrdiff_t count, const float *values, int8_t *codes);

// The same with codes held to ±greatest, 1 … 127, and a scale at which the codes leave little squared
// error, found by trying: with few codes it pays to cut off the few greatest numbers.
float animo_quantise_narrow(ptrdiff_t count, const float *values, int greatest, int8_t *codes);

// The greatest magnitude among codes; 0 for none.
int animo_greatest_code(ptrdiff_t count, const int8_t *codes);

// NIBBLES: rows of codes from -7 to 7, two to a byte as in `struct animo_matrix`. The half that is left over
// in a row of an odd number of columns has the code 0.

// Bytes of a row of `count` codes.
static inline ptrdiff_t animo_nibble_bytes(ptrdiff_t count) { return (count + 1) / 2; }

void animo_write_nibbles(ptrdiff_t count, const int8_t *codes, uint8_t *nibbles);

void animo_read_nibbles(ptrdiff_t count, const uint8_t *nibbles, int8_t *codes);

// Whether a row of bytes is what animo_write_nibbles can have written: no code of -8, no rest.
bool animo_are_nibbles(ptrdiff_t count, const uint8_t *nibbles);

// The index of the first of `count` little-endian floats at `bytes` (any alignment) that is an infinity or
// NaN; `count` when all are numbers.
ptrdiff_t animo_first_not_finite(ptrdiff_t count, const void *bytes);

// Folds one more row into a running maximum and sum; the first row starts both.
void animo_pool(ptrdiff_t count, const float *row, bool first, float *maximum, float *sum);

// y = max(y, 0) for a row.
void animo_rectify(ptrdiff_t count, float *row);
