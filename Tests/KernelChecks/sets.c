// Every kernel set that runs here: against the equations, against the plain set of its arithmetic, and
// against what it gives for other numbers of rows.
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "layers.h"

typedef const struct animo_kernels *set;

static set plain_like(set kernels) {
  for (size_t index = animo_kernels_count(); index > 0; index--) {
    const set other = animo_kernels_at(index - 1);
    if (other->arithmetic == kernels->arithmetic) return other;
  }
  abort();
}

static bool is_plain(set kernels) { return kernels == plain_like(kernels); }

// The first set of single precision that runs here; all but the plain one give the same bits.
static set first_of_single_precision(void) {
  for (size_t index = 0; index < animo_kernels_count(); index++) {
    const set kernels = animo_kernels_at(index);
    if (kernels->arithmetic == ANIMO_FP32 && kernels->runs_here()) return kernels;
  }
  abort();
}

static void expect_same_answer(const char *what, ptrdiff_t count, struct layer_answer one,
                               struct layer_answer other) {
  expect_same(what, count, one.state, other.state);
  expect_same(what, count, one.rounded, other.rounded);
  expect_same(what, count, one.cell, other.cell);
}

static void add_answer_to_digest(enum digest digest, ptrdiff_t count, struct layer_answer answer) {
  add_to_digest(digest, count, answer.state);
  add_to_digest(digest, count, answer.rounded);
  add_to_digest(digest, count, answer.cell);
}

// 8 bits: the bits of the plain set. Single precision: the bits of the first set, unless this one is plain.
// All: within `tolerance` of the plain set, unless that is infinite.
static void expect_agreement(set kernels, const struct layer_step *step, double tolerance) {
  const ptrdiff_t count = step->rows * step->units;
  const struct layer_answer answer = run_step(kernels, step, 0, step->rows, false);
  const set first = first_of_single_precision();
  if (is_plain(kernels)) {
    if (kernels->arithmetic == ANIMO_INT8) add_answer_to_digest(EIGHT_BITS, count, answer);
    return;
  }
  const struct layer_answer plain = run_step(plain_like(kernels), step, 0, step->rows, false);
  if (kernels->arithmetic == ANIMO_INT8) {
    expect_same_answer("not the bits of the plain set", count, answer, plain);
    return;
  }
  if (kernels == first) {
    add_answer_to_digest(FUSED, count, answer);
  } else if (kernels->arithmetic == ANIMO_FP32) {
    const struct layer_answer other = run_step(first, step, 0, step->rows, false);
    expect_same_answer("not the bits of the first set", count, answer, other);
  }
  if (isinf(tolerance)) return;
  expect_near("h is not the plain set's", count, answer.state, plain.state, tolerance);
  expect_near("c is not the plain set's", count, answer.cell, plain.cell, tolerance);
}

static void check_shapes(set kernels) {
  static const struct {
    ptrdiff_t inputs, units, rows;
    double tolerance;
  } shapes[] = {{1, 1, 9, 1e-6},    {30, 17, 9, 1e-6},   {61, 127, 9, 1e-6},
                {256, 512, 7, 1e-5}, {1150, 19, 9, 1e-5}, {5, 16, 6, 1e-6},
                {30, 40, 35, 1e-6}};
  for (size_t i = 0; i < sizeof shapes / sizeof shapes[0]; i++) {
    checking(kernels->name, "inputs, units, rows", shapes[i].inputs, shapes[i].units, shapes[i].rows);
    const struct layer_step step = random_step(shapes[i].inputs, shapes[i].units, shapes[i].rows);
    expect_agreement(kernels, &step, shapes[i].tolerance);
    release_all();
  }
  for (ptrdiff_t rows = 0; rows <= 13; rows++) {
    checking(kernels->name, "inputs, units, rows", 11, 23, rows);
    const struct layer_step step = random_step(11, 23, rows);
    expect_agreement(kernels, &step, 1e-6);
    release_all();
  }
}

static void check_equations(set kernels) {
  static const ptrdiff_t shapes[][2] = {{0, 1}, {1, 1}, {3, 15}, {7, 16}, {5, 17}, {19, 37}};
  const double tolerance = kernels->arithmetic == ANIMO_FP32 ? 1e-6 : 0.02;
  for (size_t i = 0; i < sizeof shapes / sizeof shapes[0]; i++) {
    const ptrdiff_t inputs = shapes[i][0], units = shapes[i][1], count = 5 * units;
    checking(kernels->name, "equations; inputs, units, rows", inputs, units, 5);
    const struct layer_step step = random_step(inputs, units, 5);
    const struct layer_answer answer = run_step(kernels, &step, 0, 5, false);
    double *state = room((size_t)count * sizeof *state), *cell = room((size_t)count * sizeof *cell);
    exact_step(&step, state, cell);
    expect_close("h", count, answer.state, state, tolerance);
    expect_close("c", count, answer.cell, cell, tolerance);
    // h as it is handed on is the nearest that the arithmetic has.
    for (ptrdiff_t k = 0; k < count; k++) {
      const double h = answer.state[k], distance = fabs(answer.rounded[k] - h);
      const double nearest = kernels->arithmetic == ANIMO_FP32   ? 0
                             : kernels->arithmetic == ANIMO_BF16 ? fabs(h) / 256
                                                                 : 0.501 / 127;
      expect(distance <= nearest, "h is not handed on as the nearest");
    }
    release_all();
  }
}

// A row alone gives the bits that it gives among 13; from the last block to the first too.
static void check_order(set kernels) {
  checking(kernels->name, "rows alone; inputs, units, rows", 31, 53, 13);
  const struct layer_step step = random_step(31, 53, 13);
  const struct layer_answer together = run_step(kernels, &step, 0, 13, false);
  const struct layer_answer backwards = run_step(kernels, &step, 0, 13, true);
  expect_same("h backwards", 13 * 53, backwards.rounded, together.rounded);
  expect_same("c backwards", 13 * 53, backwards.cell, together.cell);
  for (ptrdiff_t row = 0; row < 13; row++) {
    const struct layer_answer alone = run_step(kernels, &step, row, row + 1, false);
    const struct layer_answer among = {together.state + row * 53, together.rounded + row * 53,
                                       together.cell + row * 53};
    expect_same_answer("a row depends on the others", 53, alone, among);
  }
  release_all();
}

// A layer of one unit that ignores its previous state: every input has the same four weights.
static struct layer_step one_unit(const float bias[4], const float weights[4], ptrdiff_t inputs,
                                  ptrdiff_t rows, const float *input) {
  struct layer_step step = random_step(inputs, 1, rows);
  float *all = room((size_t)(4 * inputs) * sizeof *all), *none = room(4 * sizeof *none);
  float *copy = room(4 * sizeof *copy), *zeros = room((size_t)rows * sizeof *zeros);
  for (ptrdiff_t i = 0; i < 4 * inputs; i++) all[i] = weights[i / inputs];
  memcpy(copy, bias, 4 * sizeof *copy);
  step.input_weights.floats = all;
  step.state_weights.floats = none;
  step.bias = copy;
  step.input = input;
  step.state = step.cell = zeros;
  return step;
}

// σ and tanh over the whole range: of a cell of 0 with one gate wide open c is what the other gate says.
static void check_gates(set kernels) {
  if (kernels->arithmetic == ANIMO_BF16) return;
  enum { POINTS = 1001 };
  const double tolerance = kernels->arithmetic == ANIMO_FP32 ? 3e-7 : 2e-6;
  float *points = room(POINTS * sizeof *points);
  double *sigmoids = room(POINTS * sizeof *sigmoids), *tangents = room(POINTS * sizeof *tangents);
  for (int i = 0; i < POINTS; i++) {
    points[i] = (float)i / 10 - 50;
    sigmoids[i] = 1 / (1 + exp(-(double)points[i]));
    tangents[i] = tanh(points[i]);
  }
  checking(kernels->name, "gates", 0, 0, POINTS);
  const struct layer_step inputs =
      one_unit((float[]){0, 0, 40, 0}, (float[]){1, 0, 0, 0}, 1, POINTS, points);
  const struct layer_step cells =
      one_unit((float[]){40, 0, 0, 0}, (float[]){0, 0, 1, 0}, 1, POINTS, points);
  expect_close("σ", POINTS, run_step(kernels, &inputs, 0, POINTS, false).cell, sigmoids, tolerance);
  expect_close("tanh", POINTS, run_step(kernels, &cells, 0, POINTS, false).cell, tangents, tolerance);
  expect_agreement(kernels, &inputs, tolerance);
  expect_agreement(kernels, &cells, tolerance);
  release_all();
}

// Greatest weights against greatest activations: c stays what σ(i) tanh(g) makes it.
static void check_saturation(set kernels) {
  for (int sign = -1; sign <= 1; sign += 2) {
    checking(kernels->name, "greatest codes", sign, 0, 0);
    float *ones = room(4096 * sizeof *ones);
    for (int i = 0; i < 4096; i++) ones[i] = 1;
    const struct layer_step step =
        one_unit((float[]){0, 0, 0, 0}, (float[]){0, 0, (float)sign, 0}, 4096, 1, ones);
    expect_close("c", 1, run_step(kernels, &step, 0, 1, false).cell, (double[]){0.5 * sign}, 1e-6);
    release_all();
  }
}

// Whatever the weights, inputs and cells are, h is a number from -1 to 1.
static void check_special_numbers(set kernels) {
  const float special[] = {NAN, INFINITY, -INFINITY, 3.4e38f, -3.4e38f, 1e-45f};
  for (ptrdiff_t place = 0; place < 5; place++) {
    for (ptrdiff_t kind = 0; kind < 6; kind++) {
      checking(kernels->name, "special number, where", kind, place, 0);
      struct layer_step step = random_step(9, 33, 7);
      float *const places[] = {(float *)step.input_weights.floats, (float *)step.state_weights.floats,
                               (float *)step.bias, (float *)step.input, (float *)step.cell};
      for (int i = 0; i < 60; i += 7) places[place][i] = special[kind];
      const struct layer_answer answer = run_step(kernels, &step, 0, 7, false);
      for (ptrdiff_t i = 0; i < 7 * 33; i++) {
        expect(fabsf(answer.state[i]) <= 1 && fabsf(answer.rounded[i]) <= 1, "h is not from -1 to 1");
      }
      expect_agreement(kernels, &step, INFINITY);
      release_all();
    }
  }
}

// A NaN in a gate or in the cell gives the h of the plain set.
static void check_nan(set kernels) {
  for (ptrdiff_t gate = 0; gate < 5; gate++) {
    checking(kernels->name, "NaN, where", gate, 0, 0);
    struct layer_step step = random_step(5, 17, 3);
    float *number = gate < 4 ? (float *)step.bias + gate * 17 + 16 : (float *)step.cell + 16;
    *number = NAN;
    const struct layer_answer answer = run_step(kernels, &step, 0, 3, false);
    const struct layer_answer plain = run_step(plain_like(kernels), &step, 0, 3, false);
    expect_near("h is not the plain set's", 3 * 17, answer.state, plain.state, 1e-6);
    release_all();
  }
}

// A step of a layer of codes, with as many inputs as units, all worth `scale`, from cells of 0.
static struct layer_step coded_step(ptrdiff_t units, ptrdiff_t rows, const int8_t *codes, float scale,
                                    const int8_t *activations) {
  float *scales = room((size_t)(4 * units) * sizeof *scales);
  float *state = room((size_t)(rows * units) * sizeof *state);
  for (ptrdiff_t i = 0; i < 4 * units; i++) scales[i] = scale;
  for (ptrdiff_t i = 0; i < rows * units; i++) state[i] = (float)activations[i] / 127;
  const struct animo_matrix matrix = {
      .rows = 4 * units, .depth = units, .codes = codes, .scales = scales};
  return (struct layer_step){
      .inputs = units,
      .units = units,
      .rows = rows,
      .input_weights = matrix,
      .state_weights = matrix,
      .bias = room((size_t)(4 * units) * sizeof(float)),
      .input_codes = activations,
      .state = state,
      .cell = room((size_t)(rows * units) * sizeof(float)),
  };
}

// The last code with which some number of products fits in 16 bits, and the first with which it does not.
static const int edges[] = {1, 7, 8, 15, 16, 32, 33, 127, 128};

// Greatest codes times greatest activations of one sign: inputs and states together give every gate z.
static void check_greatest_codes(set kernels, int greatest) {
  static const ptrdiff_t sizes[] = {1, 33, 67};
  for (size_t size = 0; size < sizeof sizes / sizeof sizes[0]; size++) {
    for (int signs = 0; signs < 4; signs++) {
      const ptrdiff_t units = sizes[size], count = 7 * units;
      const int code = signs & 1 ? -greatest : greatest < 127 ? greatest : 127;
      const int activation = signs & 2 ? -127 : 127;
      int8_t *codes = room((size_t)(4 * units * units)), *activations = room((size_t)count);
      memset(codes, code, (size_t)(4 * units * units));
      memset(activations, activation, (size_t)count);
      const struct layer_step step =
          coded_step(units, 7, codes, 0.5f / (float)(greatest * units), activations);
      const double z = (double)code / greatest * activation / 127, sigmoid = 1 / (1 + exp(-z));
      double *cell = room((size_t)count * sizeof *cell), *state = room((size_t)count * sizeof *state);
      for (ptrdiff_t i = 0; i < count; i++) {
        cell[i] = sigmoid * tanh(z);
        state[i] = sigmoid * tanh(cell[i]);
      }
      checking(kernels->name, "code, activation, units", code, activation, units);
      const struct layer_answer answer = run_step(kernels, &step, 0, 7, false);
      expect_close("c", count, answer.cell, cell, 5e-6);
      expect_close("h", count, answer.state, state, 5e-6);
      release_all();
    }
  }
}

static void check_codes(set kernels) {
  if (kernels->arithmetic != ANIMO_INT8) return;
  for (size_t edge = 0; edge < sizeof edges / sizeof edges[0]; edge++) {
    const int greatest = edges[edge];
    check_greatest_codes(kernels, greatest);
    for (ptrdiff_t rows = 1; rows <= 13; rows += rows < 6 ? 1 : 7) {
      checking(kernels->name, "greatest code, rows", greatest, rows, 0);
      struct numbers numbers = {9};
      int8_t *codes = room(4 * 70 * 70), *activations = room((size_t)(rows * 70));
      for (int i = 0; i < 4 * 70 * 70; i++) {
        codes[i] = (int8_t)fmaxf(-128, fminf(127, rintf(next_number(&numbers) * (float)greatest)));
      }
      codes[0] = (int8_t)-greatest;
      for (ptrdiff_t i = 0; i < rows * 70; i++) {
        activations[i] = (int8_t)((i / 70 * 37 + i % 70 * 101) % 255 - 127);
      }
      const struct layer_step step = coded_step(70, rows, codes, 0.2f / (float)greatest, activations);
      expect_agreement(kernels, &step, 0);
      release_all();
    }
  }
}

// W x + b.
static void check_linear(set kernels) {
  static const ptrdiff_t shapes[][2] = {{1, 1}, {3, 2}, {7, 16}, {21, 50}, {57, 64}, {5, 65}, {13, 131}};
  for (size_t shape = 0; shape < sizeof shapes / sizeof shapes[0]; shape++) {
    for (ptrdiff_t rows = 0; rows <= 13; rows++) {
      const ptrdiff_t inputs = shapes[shape][0], outputs = shapes[shape][1], count = rows * outputs;
      checking(kernels->name, "linear; inputs, outputs, rows", inputs, outputs, rows);
      struct numbers numbers = {11};
      const struct linear linear = {inputs, outputs, rows, next_numbers(&numbers, outputs * inputs, 1),
                                    next_numbers(&numbers, outputs, 1),
                                    next_numbers(&numbers, rows * inputs, 1)};
      double *exact = room((size_t)count * sizeof *exact);
      for (ptrdiff_t i = 0; i < count; i++) {
        exact[i] = linear.bias[i % outputs];
        for (ptrdiff_t k = 0; k < inputs; k++) {
          exact[i] +=
              (double)linear.weights[i % outputs * inputs + k] * linear.input[i / outputs * inputs + k];
        }
      }
      const float *found = run_linear(kernels, &linear, 0, rows);
      const float *plain = run_linear(plain_like(kernels), &linear, 0, rows);
      expect_close("W x + b", count, found, exact, kernels->arithmetic == ANIMO_FP32 ? 2e-6 : 0.1);
      expect_near("not the plain set's", count, found, plain, kernels->arithmetic == ANIMO_INT8 ? 0 : 2e-6);
      for (ptrdiff_t row = 0; row < rows && rows == 13; row++) {
        const float *alone = run_linear(kernels, &linear, row, row + 1);
        expect_same("a row depends on the others", outputs, alone, found + row * outputs);
      }
      if (kernels == plain_like(kernels) && kernels->arithmetic == ANIMO_INT8) {
        add_to_digest(EIGHT_BITS, count, found);
      }
      release_all();
    }
  }
}

// A set that has never run on a processor stands behind one that runs wherever it does: so it is never chosen
// by itself.
static void check_place_of_untried(void) {
  const char *before = "";
  checking("avx512-amx-int8", "place", 0, 0, 0);
  for (size_t index = 0; index < animo_kernels_count(); index++) {
    const char *name = animo_kernels_at(index)->name;
    if (!strcmp(name, "avx512-amx-int8")) expect(!strcmp(before, "avx512-int8"), "not behind avx512-int8");
    before = name;
  }
}

static void check_set(set kernels) {
  check_equations(kernels);
  check_shapes(kernels);
  check_order(kernels);
  check_gates(kernels);
  check_saturation(kernels);
  check_special_numbers(kernels);
  check_nan(kernels);
  check_codes(kernels);
  check_linear(kernels);
}

void check_kernel_sets(void) {
  for (size_t index = 0; index < animo_kernels_count(); index++) {
    if (animo_kernels_at(index)->runs_here()) check_set(animo_kernels_at(index));
  }
#if defined(__x86_64__)
  check_set(&emulated_amx_int8);
#endif
  check_place_of_untried();
}
