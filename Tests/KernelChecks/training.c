// Every version of training's and the optimiser's loops that runs here, against the formulas in double
// precision.
#include "training.h"

#include <math.h>
#include <string.h>

#include "checks.h"
#include "optimiser.h"

typedef const struct animo_training *version;

// Nothing, sizes around the 16 lanes of a sum, and the one of a real layer.
static const ptrdiff_t counts[] = {0, 1, 15, 16, 17, 1150};
enum { COUNTS = sizeof counts / sizeof counts[0] };

static bool is_last(version loops) { return loops == animo_training_at(animo_training_count() - 1); }

static void check_dropout(version loops, ptrdiff_t count) {
  static const uint64_t keys[] = {0, 1, 0xdeadbeef, UINT64_MAX};
  static const uint64_t places[] = {0, 5, ((uint64_t)1 << 32) - 3};
  struct numbers source = {1};
  const float *numbers = next_numbers(&source, count, 3);
  float *mask = untouched(count), *dropped = untouched(count);
  for (int i = 0; i < 12; i++) {
    checking(loops->name, "dropout; count, key, place", count, i / 3, i % 3);
    loops->dropout(count, NULL, keys[i / 3], places[i % 3], 0.3f, mask);
    loops->dropout(count, numbers, keys[i / 3], places[i % 3], 0.3f, dropped);
    for (ptrdiff_t k = 0; k < count; k++) {
      expect(mask[k] == 0 || mask[k] == 1 / (1 - 0.3f), "mask");
      expect(dropped[k] == numbers[k] * mask[k], "what is dropped");
    }
    if (is_last(loops)) {
      add_to_digest(TRAINING, count, mask);
    } else {
      float *plain = untouched(count);
      animo_training_at(animo_training_count() - 1)
          ->dropout(count, NULL, keys[i / 3], places[i % 3], 0.3f, plain);
      expect_same("mask", count, mask, plain);
    }
  }
}

static void check_elements(version loops, ptrdiff_t count) {
  checking(loops->name, "elements; count", count, 0, 0);
  struct numbers source = {2};
  const float *a = next_numbers(&source, count, 2), *b = next_numbers(&source, count, 1);
  float *sum = next_numbers(&source, count, 1), *output = untouched(count);
  double *exact = room((size_t)count * sizeof *exact), dot = 0;
  for (ptrdiff_t i = 0; i < count; i++) {
    exact[i] = sum[i] - (double)0.3f * a[i];
    dot += (double)a[i] * b[i];
  }
  loops->multiply(count, a, b, output);
  for (ptrdiff_t i = 0; i < count; i++) expect(output[i] == a[i] * b[i], "product");
  loops->add(count, -0.3f, a, sum);
  expect_close("sum", count, sum, exact, 1e-6);
  const float found = loops->dot(count, a, b);
  expect_close("dot product", 1, &found, &dot, 1e-6 * (1 + sqrt((double)count)));
  for (int place = 0; place < count; place += 16) {
    output[place] = NAN;
    expect(isnan(loops->dot(count, output, b)), "a NaN is lost");
    output[place] = 0;
  }
}

// Gates, cells and their gradients of one row.
static void check_lstm(version loops, ptrdiff_t units) {
  checking(loops->name, "LSTM; units", units, 0, 0);
  struct numbers source = {4};
  float *gates = next_numbers(&source, 4 * units, 5), *previous = next_numbers(&source, units, 2);
  float *gradient = next_numbers(&source, units, 1), *cell_gradient = next_numbers(&source, units, 1);
  float *cell = untouched(units), *output = untouched(units);
  double *exact_gates = room((size_t)(4 * units) * sizeof *exact_gates);
  double *exact_backward = room((size_t)(4 * units) * sizeof *exact_backward);
  double *exact_cell = room((size_t)units * sizeof *exact_cell);
  double *exact_output = room((size_t)units * sizeof *exact_output);
  double *exact_gradient = room((size_t)units * sizeof *exact_gradient);
  for (ptrdiff_t u = 0; u < units; u++) {
    const double i = 1 / (1 + exp(-(double)gates[u])), f = 1 / (1 + exp(-(double)gates[units + u]));
    const double g = tanh(gates[2 * units + u]), o = 1 / (1 + exp(-(double)gates[3 * units + u]));
    const double c = f * previous[u] + i * g, h = tanh(c);
    const double dc = cell_gradient[u] + gradient[u] * o * (1 - h * h);
    const double forward[] = {i, f, g, o};
    const double backward[] = {dc * g * i * (1 - i), dc * previous[u] * f * (1 - f), dc * i * (1 - g * g),
                               gradient[u] * h * o * (1 - o)};
    for (ptrdiff_t gate = 0; gate < 4; gate++) {
      exact_gates[gate * units + u] = forward[gate];
      exact_backward[gate * units + u] = backward[gate];
    }
    exact_cell[u] = c;
    exact_output[u] = o * h;
    exact_gradient[u] = dc * f;
  }
  const struct animo_lstm_forward forward = {units, gates, previous, cell, output};
  loops->lstm_forward(&forward);
  expect_close("gates", 4 * units, gates, exact_gates, 1e-6);
  expect_close("c", units, cell, exact_cell, 1e-6);
  expect_close("h", units, output, exact_output, 1e-6);
  const struct animo_lstm_backward backward = {units, gates, previous, cell, gradient, cell_gradient};
  loops->lstm_backward(&backward);
  expect_close("gradient of the gates", 4 * units, gates, exact_backward, 3e-6);
  expect_close("gradient of c", units, cell_gradient, exact_gradient, 3e-6);
}

// One unit whose gates are all `gate`, from a cell of 1/2: c and h.
static void check_gate(version loops, float gate, double cell, double output) {
  float gates[] = {gate, gate, gate, gate}, c[1], h[1];
  const struct animo_lstm_forward forward = {1, gates, (float[]){0.5f}, c, h};
  loops->lstm_forward(&forward);
  expect_close("c of a saturated gate", 1, c, &cell, 1e-6);
  expect_close("h of a saturated gate", 1, h, &output, 1e-6);
}

static void check_saturation(version loops) {
  for (int i = 0; i < 3; i++) {
    const float great[] = {100, 1e6f, INFINITY};
    checking(loops->name, "saturated gates", i, 0, 0);
    check_gate(loops, great[i], 1.5, tanh(1.5));
    check_gate(loops, -great[i], 0, 0);
  }
  float gates[] = {0, NAN, 0, 0}, c[1], h[1];
  const struct animo_lstm_forward forward = {1, gates, (float[]){0.5f}, c, h};
  loops->lstm_forward(&forward);
  expect(isnan(c[0]) && isnan(h[0]), "a NaN is lost");
}

static void check_softmax(version loops, ptrdiff_t count, bool has_bias, float beside) {
  checking(loops->name, "softmax; count, bias, beside", count, has_bias, (ptrdiff_t)fmaxf(beside, -99));
  struct numbers source = {3};
  float *row = next_numbers(&source, count, 8), *bias = next_numbers(&source, count, 3);
  double *exact = room((size_t)count * sizeof *exact), sum = exp((double)beside);
  for (ptrdiff_t i = 0; i < count; i++) {
    exact[i] = exp((double)row[i] + (has_bias ? bias[i] : 0));
    sum += exact[i];
  }
  for (ptrdiff_t i = 0; i < count; i++) exact[i] *= 0.25 / sum;
  const float total = loops->softmax(count, row, has_bias ? bias : NULL, beside, 0.25f);
  const double logarithm = log(sum);
  expect_close("softmax", count, row, exact, 0.25e-6);
  expect_close("logarithm", 1, &total, &logarithm, 3e-6);
}

static void check_special_softmax(version loops) {
  checking(loops->name, "softmax of special numbers", 0, 0, 0);
  for (int place = 0; place < 19; place++) {
    float row[19], ones[19];
    for (int i = 0; i < 19; i++) row[i] = ones[i] = 1;
    row[place] = -INFINITY;
    expect(isfinite(loops->softmax(19, row, NULL, -INFINITY, 1)) && row[place] < 1e-37f, "minus infinity");
    ones[place] = place & 1 ? INFINITY : NAN;
    expect(isnan(loops->softmax(19, ones, NULL, -INFINITY, 1)) && isnan(ones[place]), "infinity or NaN");
  }
  float far[] = {3e38f, -3e38f, 0, 3e38f};
  loops->softmax(4, far, NULL, -INFINITY, 1);
  expect_close("far apart", 4, far, (double[]){0.5, 0, 0, 0.5}, 1e-7);
}

void check_training(void) {
  for (size_t index = 0; index < animo_training_count(); index++) {
    const version loops = animo_training_at(index);
    if (!loops->runs_here()) continue;
    for (int i = 0; i < COUNTS; i++) {
      check_dropout(loops, counts[i]);
      check_elements(loops, counts[i]);
      check_lstm(loops, counts[i]);
      for (int way = 0; way < 8 && counts[i] > 0; way++) {
        check_softmax(loops, counts[i], way & 1, (float[]){-INFINITY, -50, 0.5f, 12}[way >> 1]);
      }
      release_all();
    }
    check_saturation(loops);
    check_special_softmax(loops);
  }
}

// A step of Adam, as the formulas stand.
static void adam(ptrdiff_t count, const struct animo_adam *by, const float *gradients, float *values,
                 float *means, float *squares) {
  for (ptrdiff_t i = 0; i < count; i++) {
    const float gradient = by->gradient_scale * gradients[i];
    means[i] = means[i] + by->mean_share * (gradient - means[i]);
    squares[i] = by->square_kept * squares[i] + by->square_share * (gradient * gradient);
    const float root = by->root_scale * sqrtf(squares[i]);
    values[i] = by->value_kept * values[i] - by->step * (means[i] / (root + by->epsilon));
  }
}

static void check_optimiser(const struct animo_optimiser *loops, ptrdiff_t count) {
  checking(loops->name, "optimiser; count", count, 0, 0);
  const struct animo_optimiser *plain = animo_optimiser_at(animo_optimiser_count() - 1);
  // The digest is of the plain version; the others give its bits.
  const bool is_plain = loops == plain;
  const struct animo_adam by = {0.5f, 0.25f, 0.99f, 0.01f, 0.9999f, 0.0173f, 5.8f, 1e-8f};
  float *gradients = NULL, *numbers[2][3];
  for (int copy = 0; copy < 2; copy++) {
    struct numbers source = {4};
    gradients = next_numbers(&source, count, 1);
    for (int i = 0; i < 3; i++) numbers[copy][i] = next_numbers(&source, count, i ? 0.1f : 2);
    for (ptrdiff_t i = 0; i < count; i++) numbers[copy][2][i] *= numbers[copy][2][i];
  }
  loops->adam(count, &by, gradients, numbers[0][0], numbers[0][1], numbers[0][2]);
  adam(count, &by, gradients, numbers[1][0], numbers[1][1], numbers[1][2]);
  for (int i = 0; i < 3; i++) {
    expect_same("Adam", count, numbers[0][i], numbers[1][i]);
    if (is_plain) add_to_digest(OPTIMISER, count, numbers[0][i]);
  }
  loops->add(count, 0.3f, gradients, numbers[0][0]);
  double exact = 0;
  for (ptrdiff_t i = 0; i < count; i++) {
    const float product = 0.3f * gradients[i];
    numbers[1][0][i] += product;
    exact += (double)gradients[i] * gradients[i];
  }
  expect_same("sum", count, numbers[0][0], numbers[1][0]);
  const double sum = loops->sum_of_squares(count, gradients);
  expect(fabs(sum - exact) <= 1e-12 * exact, "sum of squares");
  expect(sum == plain->sum_of_squares(count, gradients), "sum of squares, to the bit");
  if (is_plain) add_bytes_to_digest(OPTIMISER, sizeof sum, &sum);
  release_all();
}

void check_optimisers(void) {
  for (size_t index = 0; index < animo_optimiser_count(); index++) {
    const struct animo_optimiser *loops = animo_optimiser_at(index);
    if (!loops->runs_here()) continue;
    for (int i = 0; i < COUNTS; i++) check_optimiser(loops, counts[i]);
  }
}
