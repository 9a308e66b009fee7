// The gates as they are written on paper, for the plain sets of floating point.
#include <math.h>

// x held to ±ANIMO_CLIP; a NaN becomes the lower end.
static float clipped(float x) {
  if (!(x > -ANIMO_CLIP)) return -ANIMO_CLIP;
  return x < ANIMO_CLIP ? x : ANIMO_CLIP;
}

// The fast sets clip -x, and so do these: a NaN then gives the same answer.
static float sigmoid(float x) { return 1 / (1 + expf(clipped(-x))); }

static float hyperbolic_tangent(float x) { return -tanhf(clipped(-x)); }

// The cell of 16 units of one row from the sums of their gates: c in place, h to `h`.
static void update_cell(const float z[ANIMO_GATES][ANIMO_LANES], float *cell, float h[ANIMO_LANES]) {
  for (ptrdiff_t lane = 0; lane < ANIMO_LANES; lane++) {
    const float i = sigmoid(z[0][lane]);
    const float f = sigmoid(z[1][lane]);
    const float g = hyperbolic_tangent(z[2][lane]);
    const float o = sigmoid(z[3][lane]);
    cell[lane] = f * cell[lane] + i * g;
    h[lane] = o * hyperbolic_tangent(cell[lane]);
  }
}

// Sums that start from numbers.
static void start_product(const char *header, float sums[ANIMO_LANES]) {
  memcpy(sums, header, ANIMO_LANES * sizeof *sums);
}

static void start_step(const float *start, const char *header, float sums[ANIMO_LANES]) {
  (void)header;
  memcpy(sums, start, ANIMO_LANES * sizeof *sums);
}

// Sums that are the numbers already.
static void finish_product(const float sums[ANIMO_LANES], const char *header, const float *scales,
                           ptrdiff_t row, float *out) {
  (void)header, (void)scales, (void)row;
  memcpy(out, sums, ANIMO_LANES * sizeof *sums);
}

static void finish_sums(const float sums[ANIMO_LANES], const float *start, const char *header,
                        float z[ANIMO_LANES]) {
  (void)start, (void)header;
  memcpy(z, sums, ANIMO_LANES * sizeof *sums);
}

// c and h of 16 units of a row, from `unit`.
static void finish_step(const float z[ANIMO_GATES][ANIMO_LANES], const struct animo_step_rows *rows,
                        ptrdiff_t row, ptrdiff_t unit) {
  float h[ANIMO_LANES];
  update_cell(z, rows->cell + row * rows->cell_stride + unit, h);
  char *output = (char *)rows->output + 4 * row * rows->output_stride;
  animo_encode(KIND, ANIMO_LANES, h, output + unit * NUMBER_SIZE);
  if (rows->answers) memcpy(rows->answers + row * rows->answers_stride + unit, h, sizeof h);
}
