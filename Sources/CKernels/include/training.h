// What training does with numbers beside products of matrices: element by element, bound by memory.
//
// The loops are written once, in plain C (training_loops.h), and compiled for several instruction sets; the
// compiler vectorises them. Versions differ from each other by rounding alone (some fuse multiply and add).
// Sums run in 16 lanes whatever the instruction set. Nothing is allocated, nothing is remembered.
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

// One LSTM unit's numbers for one row and one step. Gates in PyTorch's order i, f, g, o, [4][units].
struct animo_lstm_forward {
  ptrdiff_t units;
  float *gates;                // z in; σ(i), σ(f), tanh(g), σ(o) out
  const float *previous_cell;  // c before the step
  float *cell;                 // c after it
  float *output;               // h after it
};

struct animo_lstm_backward {
  ptrdiff_t units;
  float *gates;                   // what forward left in; the gradient of z out
  const float *previous_cell;
  const float *cell;
  const float *output_gradient;   // of h, from everything that reads it
  float *cell_gradient;           // of c after the step in; of c before the step out
};

struct animo_training {
  // The instruction set, such as "avx512".
  const char *name;
  bool (*runs_here)(void);

  // out[i] = 0 with probability `rate`, else in[i] / (1 - rate); `in` null stands for ones. Which numbers
  // are dropped is a function of key and first + i alone, unless a call goes past a multiple of 2^32. In
  // place is allowed.
  void (*dropout)(ptrdiff_t count, const float *in, uint64_t key, uint64_t first, float rate, float *out);

  // out[i] = a[i] · b[i]. In place is allowed.
  void (*multiply)(ptrdiff_t count, const float *a, const float *b, float *out);
  // out[i] += scale · a[i].
  void (*add)(ptrdiff_t count, float scale, const float *a, float *out);
  // Σ a[i] · b[i].
  float (*dot)(ptrdiff_t count, const float *a, const float *b);

  void (*lstm_forward)(const struct animo_lstm_forward *row);
  void (*lstm_backward)(const struct animo_lstm_backward *row);

  // row = scale · softmax(row + bias), over the row and one more logit, `beside`; returns the logarithm of
  // the sum of all exponentials. `bias` may be null. Minus infinity counts as (nearly) nothing.
  float (*softmax)(ptrdiff_t count, float *row, const float *bias, float beside, float scale);
};

// All versions compiled in, the fastest first; the last, "plain", runs everywhere.
size_t animo_training_count(void);
const struct animo_training *animo_training_at(size_t index);
