// Every version of the matrix product that runs here, against the loop of the textbook.
#include <math.h>
#include <string.h>

#include "checks.h"
#include "gemm.h"

typedef const struct animo_gemm *version;

// C [m][n] = A [m][k] · B [k][n]; C starts as numbers too.
struct example {
  ptrdiff_t m, n, k;
  float *a, *b, *c;
};

static struct example example(ptrdiff_t m, ptrdiff_t n, ptrdiff_t k) {
  struct numbers numbers = {17};
  return (struct example){
      m, n, k, next_numbers(&numbers, m * k, 1), next_numbers(&numbers, k * n, 1),
      next_numbers(&numbers, m * n, 1)};
}

// How an operand lies in memory.
struct storage {
  bool transposed;
  ptrdiff_t spare;  // numbers between rows, which must never be used
};

static struct animo_packed packed(version gemm, bool is_left, const float *numbers, ptrdiff_t rows,
                                  ptrdiff_t columns, struct storage storage) {
  const ptrdiff_t count = storage.transposed ? columns : rows;
  const ptrdiff_t length = storage.transposed ? rows : columns, stride = length + storage.spare;
  float *stored = untouched(count * stride);
  for (ptrdiff_t i = 0; i < rows * columns; i++) {
    const ptrdiff_t row = i / columns, column = i % columns;
    stored[storage.transposed ? column * stride + row : row * stride + column] = numbers[i];
  }
  const ptrdiff_t by_row = storage.transposed ? 1 : stride, by_column = storage.transposed ? stride : 1;
  struct animo_packed operand = {
      .lines = is_left ? rows : columns,
      .depth = is_left ? columns : rows,
      .width = is_left ? animo_gemm_left_width(gemm, rows) : gemm->tile_columns,
  };
  const size_t size = animo_gemm_packed_size(gemm, &operand);
  // Ends at a cache line; the tiles read no further.
  operand.lanes = (char *)room((size + 63) / 64 * 64);
  animo_gemm_pack(gemm, &operand, stored, is_left ? by_row : by_column, is_left ? by_column : by_row);
  return operand;
}

struct operands {
  struct animo_packed left, right;
};

static struct operands operands(version gemm, const struct example *of, struct storage a, struct storage b) {
  return (struct operands){packed(gemm, true, of->a, of->m, of->k, a),
                           packed(gemm, false, of->b, of->k, of->n, b)};
}

// Some rows and columns of the product, from C's numbers; nothing else may change.
static void multiply(version gemm, const struct example *of, const struct operands *operands,
                     const ptrdiff_t rows[2], const ptrdiff_t columns[2], bool accumulate, float *output) {
  const struct animo_product product = {
      .left = &operands->left,
      .right = &operands->right,
      .first_row = rows[0],
      .end_row = rows[1],
      .first_column = columns[0],
      .end_column = columns[1],
      .output = output + rows[0] * of->n + columns[0],
      .stride = of->n,
      .accumulate = accumulate,
  };
  animo_gemm_multiply(gemm, &product);
}

static float *product(version gemm, const struct example *of, struct storage a, struct storage b,
                      bool accumulate) {
  const struct operands both = operands(gemm, of, a, b);
  float *output = room((size_t)(of->m * of->n) * sizeof *output);
  memcpy(output, of->c, (size_t)(of->m * of->n) * sizeof *output);
  multiply(gemm, of, &both, (ptrdiff_t[]){0, of->m}, (ptrdiff_t[]){0, of->n}, accumulate, output);
  return output;
}

static double operand(version gemm, float number) {
  return gemm->precision == ANIMO_GEMM_BFLOAT16 ? animo_rounded_to_bfloat16(number) : number;
}

static double *exact(version gemm, const struct example *of, bool accumulate) {
  double *sums = room((size_t)(of->m * of->n) * sizeof *sums);
  for (ptrdiff_t i = 0; i < of->m * of->n; i++) {
    const float *row = of->a + i / of->n * of->k, *column = of->b + i % of->n;
    sums[i] = accumulate ? of->c[i] : 0;
    for (ptrdiff_t k = 0; k < of->k; k++) {
      sums[i] += operand(gemm, row[k]) * operand(gemm, column[k * of->n]);
    }
  }
  return sums;
}

static void check_shapes(version gemm) {
  static const ptrdiff_t shapes[][3] = {
      {1, 1, 1},   {2, 3, 5},    {6, 16, 4},   {7, 17, 31}, {13, 31, 8}, {14, 32, 64},  {15, 33, 67},
      {29, 97, 11}, {3, 65, 383}, {5, 2, 385}, {2, 5, 769}, {2, 3, 771}, {13, 160, 400}, {3, 5, 0},
      {0, 3, 5},   {3, 0, 5}};
  for (size_t i = 0; i < sizeof shapes / sizeof shapes[0]; i++) {
    const struct example of = example(shapes[i][0], shapes[i][1], shapes[i][2]);
    checking(gemm->name, "product", of.m, of.n, of.k);
    for (int accumulate = 0; accumulate < 2; accumulate++) {
      const float *found = product(gemm, &of, (struct storage){0}, (struct storage){0}, accumulate);
      const double tolerance = 1e-6 + (double)of.k * 1e-7;
      expect_close("C", of.m * of.n, found, exact(gemm, &of, accumulate), tolerance);
      for (int way = 0; way < 8; way++) {
        const struct storage a = {way & 1, way & 4 ? 3 : 0}, b = {way & 2, way & 4 ? 3 : 0};
        const float *other = product(gemm, &of, a, b, accumulate);
        expect_same("storage changes C", of.m * of.n, other, found);
      }
    }
    release_all();
  }
}

// Any division of rows and columns gives the bits of one call.
static void check_division(version gemm) {
  const struct example of = example(31, 131, 391);
  const ptrdiff_t width = gemm->tile_columns;
  const ptrdiff_t rows[][2] = {{0, 1}, {1, 2}, {2, 19}, {19, 31}};
  const ptrdiff_t columns[][2] = {{0, width}, {width, 2 * width}, {2 * width, 131}};
  for (int accumulate = 0; accumulate < 2; accumulate++) {
    checking(gemm->name, "divided product", accumulate, 0, 0);
    const struct operands both = operands(gemm, &of, (struct storage){0}, (struct storage){0});
    float *divided = room(31 * 131 * sizeof *divided);
    memcpy(divided, of.c, 31 * 131 * sizeof *divided);
    for (int part = 0; part < 12; part++) {
      multiply(gemm, &of, &both, rows[part / 3], columns[part % 3], accumulate, divided);
    }
    const float *whole = product(gemm, &of, (struct storage){0}, (struct storage){0}, accumulate);
    expect_same("C", 31 * 131, divided, whole);
    // A part leaves everything else as it was.
    float *part = untouched(31 * 131);
    multiply(gemm, &of, &both, rows[2], columns[1], false, part);
    for (ptrdiff_t i = 0; i < 31 * 131; i++) {
      const ptrdiff_t row = i / 131, column = i % 131;
      const bool is_inside = row >= 2 && row < 19 && column >= width && column < 2 * width;
      if (is_untouched(part[i]) == is_inside) expect(false, "the part is not what was asked for");
    }
  }
  release_all();
}

static void check_special_numbers(version gemm) {
  const float special[] = {NAN, INFINITY, -INFINITY};
  for (int kind = 0; kind < 3; kind++) {
    checking(gemm->name, "special number", kind, 0, 0);
    struct example of = example(17, 35, 7);
    of.a[3 * 7 + 6] = special[kind];
    of.b[2 * 35 + 34] = special[kind];
    const float *found = product(gemm, &of, (struct storage){0}, (struct storage){0}, false);
    const double *expected = exact(gemm, &of, false);
    for (ptrdiff_t i = 0; i < 17 * 35; i++) {
      if (isfinite(found[i]) && isfinite(expected[i])) continue;
      expect(found[i] == expected[i] || (isnan(found[i]) && isnan(expected[i])), "propagates elsewhere");
    }
    // 0 · ∞ is counted; what was in C is forgotten, or kept.
    struct example zero = example(1, 1, 3);
    zero.a[1] = 0;
    zero.b[1] = special[kind];
    zero.c[0] = NAN;
    expect(isnan(*product(gemm, &zero, (struct storage){0}, (struct storage){0}, false)), "0 · ∞");
    zero.b[1] = 1;
    expect(isfinite(*product(gemm, &zero, (struct storage){0}, (struct storage){0}, false)), "replacing NaN");
    expect(isnan(*product(gemm, &zero, (struct storage){0}, (struct storage){0}, true)), "adding to NaN");
    release_all();
  }
}

static void check_rounding(void) {
  checking("bfloat16", "rounding", 0, 0, 0);
  // One unit in the last place near 1 is 2⁻⁷.
  const float unit = 0x1p-7f;
  const float pairs[][2] = {{1, 1}, {1 + unit, 1 + unit}, {1 + unit / 2, 1}, {1 + 3 * unit / 2, 1 + 2 * unit},
                            {1 + unit / 2 + 0x1p-23f, 1 + unit}, {-1 - unit / 2, -1}, {2 - unit / 4, 2},
                            {0x1p-130f, 0x1p-130f}, {3.4028235e38f, INFINITY}, {-INFINITY, -INFINITY}};
  for (size_t i = 0; i < sizeof pairs / sizeof pairs[0]; i++) {
    expect(animo_rounded_to_bfloat16(pairs[i][0]) == pairs[i][1], "not the nearest");
  }
  expect(isnan(animo_rounded_to_bfloat16(NAN)), "NaN");
}

void check_products(void) {
  for (size_t index = 0; index < animo_gemm_count(); index++) {
    const version gemm = animo_gemm_at(index);
    if (!gemm->runs_here()) continue;
    check_shapes(gemm);
    check_division(gemm);
    check_special_numbers(gemm);
  }
  check_rounding();
}
