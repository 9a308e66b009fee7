// What an optimiser does with every number of a network, once a minibatch: steps of Adam, the length of a
// gradient, sums of gradients. All of it waits for memory, so what counts is to pass over each array once.
//
// The loops are written once (optimiser-loops.h) and compiled for every instruction set (optimiser.c).
//
// CONTRACT OF ALL VERSIONS
// - All versions give the same bits: nothing is fused, and sums run in 16 fixed lanes.
// - Numbers are independent, except in the sum: an array may be divided anywhere.
// - Arrays do not overlap. Nothing is allocated, nothing past `count` is read or written.
// - Infinities and NaN propagate as in the formulas.
#pragma once

#include <stdbool.h>
#include <stddef.h>

enum {
  // Number i of a sum of squares is added in lane i mod 16; then lanes 8 … 15 are added to 0 … 7, and so on.
  ANIMO_SUM_LANES = 16,
};

// The constants of one step of Adam with decoupled weight decay (Loshchilov & Hutter 2019, algorithm 2), with
// what PyTorch makes of them: torch.optim.AdamW.
//
//   g      = gradient_scale · gradient
//   mean   = mean + mean_share · (g - mean)
//   square = square_kept · square + square_share · g²
//   value  = value_kept · value - step · mean / (root_scale · √square + epsilon)
struct animo_adam {
  float gradient_scale;
  float mean_share;    // 1 - β₁
  float square_kept;   // β₂
  float square_share;  // 1 - β₂
  float value_kept;    // 1 - rate · weight decay
  float step;          // rate / (1 - β₁ⁿ) at the n-th step
  float root_scale;    // 1 / √(1 - β₂ⁿ)
  float epsilon;
};

// One version of the loops.
struct animo_optimiser {
  // The instruction set, such as "avx512".
  const char *name;
  // Whether this processor has the instructions.
  bool (*runs_here)(void);
  // A step of Adam.
  void (*adam)(ptrdiff_t count, const struct animo_adam *by, const float *gradients, float *values,
               float *means, float *squares);
  // Σ number², in double precision.
  double (*sum_of_squares)(ptrdiff_t count, const float *numbers);
  // target += scale · source.
  void (*add)(ptrdiff_t count, float scale, const float *source, float *target);
};

// All versions compiled in, the fastest first; "plain", the last, runs everywhere.
size_t animo_optimiser_count(void);
const struct animo_optimiser *animo_optimiser_at(size_t index);
