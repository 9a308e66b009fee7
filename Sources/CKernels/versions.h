// What the files of CKernels share among themselves; not for callers.
#pragma once

#include "kernels.h"

// 1 where the x86 versions are compiled in.
#if defined(__x86_64__)
#define ANIMO_X86 1
#else
#define ANIMO_X86 0
#endif

extern const struct animo_kernels animo_plain;
#if ANIMO_X86
extern const struct animo_kernels animo_avx2;
extern const struct animo_kernels animo_avx512;
#endif

// Packing of 32-bit weights, the same for all versions of today.
size_t animo_packed_lstm_size(ptrdiff_t inputs, ptrdiff_t units);
void animo_pack_lstm(ptrdiff_t inputs, ptrdiff_t units, const float *input_weights,
                     const float *state_weights, const float *input_bias, const float *state_bias,
                     float *packed);
size_t animo_packed_linear_size(ptrdiff_t inputs, ptrdiff_t outputs);
void animo_pack_linear(ptrdiff_t inputs, ptrdiff_t outputs, const float *weights, const float *bias,
                       float *packed);

// Blocks needed for `count` things of which one block holds `each`.
static inline ptrdiff_t animo_blocks(ptrdiff_t count, ptrdiff_t each) { return (count + each - 1) / each; }

// Floats of one packed block that multiplies `depth` activations.
static inline ptrdiff_t animo_block_size(ptrdiff_t depth) { return (1 + depth) * ANIMO_COLUMNS; }

// THE EXPONENTIAL of the fast versions: e^x = 2^n · e^r with n = round(x / ln 2) and |r| ≤ ln 2 / 2;
// e^r ≈ 1 + r + r²·q(r), q of degree 4 fitted for least relative error (3.6e-9 in exact arithmetic).
// Relative error of the whole in single precision: below 8e-8 (measured over ±40 in steps of 1e-6).
//
// Exponents are clipped to ±40: σ(±40) is 0 or 1 to 4e-18, tanh(±20) is ±1 in single precision, and the
// product of two such exponentials (2.4e17 each) still is a number.
#define ANIMO_CLIP 40.0f
#define ANIMO_LOG2_E 1.44269504f
// ln 2 in two parts; the first has few bits, so that n times it is exact.
#define ANIMO_LN2_HIGH 0.693145752f
#define ANIMO_LN2_LOW 1.4286068e-6f
#define ANIMO_Q0 0.49999994f
#define ANIMO_Q1 0.16666521f
#define ANIMO_Q2 0.04166839f
#define ANIMO_Q3 0.008368745f
#define ANIMO_Q4 0.0013814539f
