// An LSTM layer or a linear one, and rows that it is applied to, by any kernel set.
#pragma once

#include "checks.h"
#include "kernels.h"

// A step of an LSTM layer.
struct layer_step {
  ptrdiff_t inputs, units, rows;
  struct animo_matrix input_weights;  // [4 · units][inputs]
  struct animo_matrix state_weights;  // [4 · units][units]
  const float *bias;                  // [4 · units]
  const float *input;                 // [rows][inputs], or null when there are codes
  const int8_t *input_codes;          // [rows][inputs], each worth 1/127
  const float *state;                 // [rows][units], from -1 to 1
  const float *cell;                  // [rows][units]
};

// What a step gives, each [rows][units].
struct layer_answer {
  float *state;
  // What the next step reads.
  float *rounded;
  float *cell;
};

// A layer with weights as wide as trained ones.
struct layer_step random_step(ptrdiff_t inputs, ptrdiff_t units, ptrdiff_t rows);

// The step of the rows from `first` to `end` alone. Expects that nothing but their numbers is written.
// `backwards`: from the last block to the first, and without `state`.
struct layer_answer run_step(const struct animo_kernels *set, const struct layer_step *step, ptrdiff_t first,
                             ptrdiff_t end, bool backwards);

// The same of all rows, as the equations say, in double precision: [rows][units] each.
void exact_step(const struct layer_step *step, double *state, double *cell);

// W x + bias of a matrix whose rows become columns in their order: [rows][outputs].
struct linear {
  ptrdiff_t inputs, outputs, rows;
  const float *weights, *bias, *input;
};
float *run_linear(const struct animo_kernels *set, const struct linear *linear, ptrdiff_t first,
                  ptrdiff_t end);

// The loops of AMX with tiles in plain C: see tiles.c.
extern const struct animo_kernels emulated_amx_int8;
