// The loops of training.h: included once for each instruction set by a file that first says
//
//   TARGET      the instructions, as a function attribute
//   VERSION     the name of the table to fill, such as animo_training_avx512
//   NAME        its name for people
//   runs_here   whether this processor has the instructions
#include <math.h>
#include <string.h>

#include "training.h"
#include "versions.h"

#define LOOP TARGET static
#define PIECE TARGET static inline __attribute__((always_inline))

enum { SUMS = 16 };

// e^x, x held to ±87; a NaN stays one. See versions.h for the method and its error.
PIECE float exponential(float x) {
  x = x < -87.0f ? -87.0f : x;
  x = x > 87.0f ? 87.0f : x;
  // Adding and taking off 1.5 · 2^23 rounds to a whole number, which the low bits then show.
  const float shifted = x * ANIMO_LOG2_E + 12582912.0f;
  const float n = shifted - 12582912.0f;
  const float r = x - n * ANIMO_LN2_HIGH - n * ANIMO_LN2_LOW;
  float q = ANIMO_Q4;
  q = q * r + ANIMO_Q3;
  q = q * r + ANIMO_Q2;
  q = q * r + ANIMO_Q1;
  q = q * r + ANIMO_Q0;
  q = q * r + 1.0f;
  q = q * r + 1.0f;
  uint32_t bits;
  memcpy(&bits, &shifted, sizeof bits);
  bits = (bits - 0x4b400000u + 127u) << 23;
  float power;
  memcpy(&power, &bits, sizeof power);
  return q * power;
}

PIECE float logistic(float x) { return 1.0f / (1.0f + exponential(-x)); }

PIECE float hyperbolic_tangent(float x) {
  // Beyond 20 tanh is ±1 in single precision; held, so that the quotient below stays a number.
  x = x < -20.0f ? -20.0f : x;
  x = x > 20.0f ? 20.0f : x;
  const float e = exponential(-2.0f * x);
  return (1.0f - e) / (1.0f + e);
}

// A bijection in which every bit of the input changes half of the output's: two multiplications that were
// searched for (Wellons, hash-prospector).
PIECE uint32_t mixed(uint32_t x) {
  x = (x ^ (x >> 16)) * 0x21f0aaadu;
  x = (x ^ (x >> 15)) * 0x735a2d97u;
  return x ^ (x >> 15);
}

LOOP void dropout(ptrdiff_t count, const float *in, uint64_t key, uint64_t first, float rate, float *out) {
  const uint32_t low = (uint32_t)key + (uint32_t)first;
  const uint32_t high = (uint32_t)(key >> 32) ^ (uint32_t)(first >> 32);
  const uint32_t threshold = (uint32_t)((double)rate * 4294967296.0);
  const float scale = 1.0f / (1.0f - rate);
  if (in) {
    for (ptrdiff_t i = 0; i < count; i++) {
      const float kept = mixed(mixed(low + (uint32_t)i) ^ high) < threshold ? 0.0f : scale;
      out[i] = in[i] * kept;
    }
  } else {
    for (ptrdiff_t i = 0; i < count; i++) {
      out[i] = mixed(mixed(low + (uint32_t)i) ^ high) < threshold ? 0.0f : scale;
    }
  }
}

LOOP void multiply(ptrdiff_t count, const float *a, const float *b, float *out) {
  for (ptrdiff_t i = 0; i < count; i++) out[i] = a[i] * b[i];
}

LOOP void add(ptrdiff_t count, float scale, const float *a, float *out) {
  for (ptrdiff_t i = 0; i < count; i++) out[i] += scale * a[i];
}

// Neighbours first: the same order everywhere.
PIECE float total(float sums[SUMS]) {
  for (int width = SUMS / 2; width > 0; width /= 2) {
    for (int lane = 0; lane < width; lane++) sums[lane] += sums[lane + width];
  }
  return sums[0];
}

LOOP float dot(ptrdiff_t count, const float *a, const float *b) {
  float sums[SUMS] = {0};
  ptrdiff_t i = 0;
  for (; i + SUMS <= count; i += SUMS) {
    for (int lane = 0; lane < SUMS; lane++) sums[lane] += a[i + lane] * b[i + lane];
  }
  for (int lane = 0; i < count; i++, lane++) sums[lane] += a[i] * b[i];
  return total(sums);
}

LOOP void lstm_forward(const struct animo_lstm_forward *row) {
  const ptrdiff_t units = row->units;
  float *restrict input_gate = row->gates;
  float *restrict forget_gate = row->gates + units;
  float *restrict cell_gate = row->gates + 2 * units;
  float *restrict output_gate = row->gates + 3 * units;
  const float *restrict previous = row->previous_cell;
  float *restrict cell = row->cell;
  float *restrict output = row->output;
  for (ptrdiff_t unit = 0; unit < units; unit++) {
    const float i = logistic(input_gate[unit]);
    const float f = logistic(forget_gate[unit]);
    const float g = hyperbolic_tangent(cell_gate[unit]);
    const float o = logistic(output_gate[unit]);
    const float c = f * previous[unit] + i * g;
    input_gate[unit] = i;
    forget_gate[unit] = f;
    cell_gate[unit] = g;
    output_gate[unit] = o;
    cell[unit] = c;
    output[unit] = o * hyperbolic_tangent(c);
  }
}

LOOP void lstm_backward(const struct animo_lstm_backward *row) {
  const ptrdiff_t units = row->units;
  float *restrict input_gate = row->gates;
  float *restrict forget_gate = row->gates + units;
  float *restrict cell_gate = row->gates + 2 * units;
  float *restrict output_gate = row->gates + 3 * units;
  const float *restrict previous = row->previous_cell;
  const float *restrict cell = row->cell;
  const float *restrict output_gradient = row->output_gradient;
  float *restrict cell_gradient = row->cell_gradient;
  for (ptrdiff_t unit = 0; unit < units; unit++) {
    const float i = input_gate[unit], f = forget_gate[unit], g = cell_gate[unit], o = output_gate[unit];
    const float tanh_cell = hyperbolic_tangent(cell[unit]);
    const float dh = output_gradient[unit];
    const float dc = cell_gradient[unit] + dh * o * (1.0f - tanh_cell * tanh_cell);
    input_gate[unit] = dc * g * i * (1.0f - i);
    forget_gate[unit] = dc * previous[unit] * f * (1.0f - f);
    cell_gate[unit] = dc * i * (1.0f - g * g);
    output_gate[unit] = dh * tanh_cell * o * (1.0f - o);
    cell_gradient[unit] = dc * f;
  }
}

LOOP float softmax(ptrdiff_t count, float *row, const float *bias, float beside, float scale) {
  float lanes[SUMS];
  for (int lane = 0; lane < SUMS; lane++) lanes[lane] = -INFINITY;
  if (bias) add(count, 1.0f, bias, row);
  ptrdiff_t i = 0;
  for (; i + SUMS <= count; i += SUMS) {
    for (int lane = 0; lane < SUMS; lane++) {
      lanes[lane] = row[i + lane] > lanes[lane] ? row[i + lane] : lanes[lane];
    }
  }
  for (int lane = 0; i < count; i++, lane++) lanes[lane] = row[i] > lanes[lane] ? row[i] : lanes[lane];
  float greatest = beside;
  for (int lane = 0; lane < SUMS; lane++) greatest = lanes[lane] > greatest ? lanes[lane] : greatest;

  float sums[SUMS] = {0};
  for (i = 0; i + SUMS <= count; i += SUMS) {
    for (int lane = 0; lane < SUMS; lane++) {
      const float e = exponential(row[i + lane] - greatest);
      row[i + lane] = e;
      sums[lane] += e;
    }
  }
  for (int lane = 0; i < count; i++, lane++) sums[lane] += row[i] = exponential(row[i] - greatest);
  const float sum = total(sums) + exponential(beside - greatest);
  const float factor = scale / sum;
  for (i = 0; i < count; i++) row[i] *= factor;
  return greatest + logf(sum);
}

const struct animo_training VERSION = {
    .name = NAME,
    .runs_here = runs_here,
    .dropout = dropout,
    .multiply = multiply,
    .add = add,
    .dot = dot,
    .lstm_forward = lstm_forward,
    .lstm_backward = lstm_backward,
    .softmax = softmax,
};
