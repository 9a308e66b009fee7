// Activations and rows, of which there is one version: what it gives must have the same bits everywhere.
#include <math.h>
#include <string.h>

#include "checks.h"
#include "kernels.h"

static void check_encoding(enum animo_arithmetic arithmetic, ptrdiff_t count, const float *numbers) {
  const ptrdiff_t words = animo_words(arithmetic, count);
  uint32_t *codes = room((size_t)words * sizeof *codes);
  const float scale = animo_encode(arithmetic, count, numbers, codes);
  add_to_digest(ROWS, 1, &scale);
  add_bytes_to_digest(ROWS, words * 4, codes);
  for (ptrdiff_t i = 0; i < count; i++) {
    const double distance = fabs((double)animo_decode(arithmetic, codes, i, scale) - numbers[i]);
    const double nearest = arithmetic == ANIMO_FP32   ? 0
                           : arithmetic == ANIMO_BF16 ? fabsf(numbers[i]) / 256
                                                      : scale * 0.5001;
    expect(distance <= nearest, "a number is not given back");
  }
}

// Codes with a scale, wide and narrow, and the numbers that they give back.
static void check_quantising(ptrdiff_t count, const float *numbers, int greatest) {
  int8_t *codes = room((size_t)count);
  float *back = untouched(count);
  const float scale = greatest == 127 ? animo_quantise(count, numbers, codes)
                                      : animo_quantise_narrow(count, numbers, greatest, codes);
  add_to_digest(ROWS, 1, &scale);
  add_bytes_to_digest(ROWS, count, codes);
  expect(animo_greatest_code(count, codes) <= greatest, "too great a code");
  animo_dequantise(count, codes, scale, back);
  for (ptrdiff_t i = 0; i < count; i++) {
    const double nearest = fmin(greatest, fmax(-greatest, rint((double)numbers[i] / scale)));
    expect(fabs(codes[i] - nearest) <= (fabs(numbers[i]) > 0), "not the nearest code");
    expect(back[i] == scale * (float)codes[i], "not the number of its code");
  }
}

static void check_special_rows(void) {
  checking("rows", "special numbers", 0, 0, 0);
  float *numbers = room(3000 * sizeof *numbers);
  expect(animo_first_not_finite(3000, numbers) == 3000, "all are numbers");
  numbers[2999] = INFINITY;
  expect(animo_first_not_finite(3000, numbers) == 2999, "the last");
  numbers[1025] = NAN;
  expect(animo_first_not_finite(3000, numbers) == 1025, "in the middle");
  numbers[0] = -INFINITY;
  expect(animo_first_not_finite(3000, numbers) == 0, "the first");
  int8_t codes[3];
  expect(animo_quantise(3, (float[]){0.5f, -2, 1}, codes) > 0, "a scale");
  expect(codes[0] == 32 && codes[1] == -127 && codes[2] == 64, "codes");
  expect(animo_quantise(3, (float[]){0, 0, 0}, codes) == 0 && codes[1] == 0, "zeros");
  animo_quantise(3, (float[]){1e-45f, -1e-45f, 0}, codes);
  expect(codes[0] >= -127 && codes[1] >= -127, "the edge of single precision");
  uint8_t bytes[4] = {0};
  animo_encode_codes(ANIMO_INT8, 4, (int8_t[]){-128, -127, 0, 127}, 1, bytes);
  expect(memcmp(bytes, (uint8_t[]){1, 1, 128, 255}, 4) == 0, "codes as activations");
}

// Greatest numbers and sums of columns, and max(y, 0).
static void check_pooling(ptrdiff_t count) {
  struct numbers numbers = {13};
  float *one = next_numbers(&numbers, count, 1), *two = next_numbers(&numbers, count, 1);
  float *maximum = untouched(count), *sum = untouched(count);
  animo_pool(count, one, true, maximum, sum);
  animo_pool(count, two, false, maximum, sum);
  animo_rectify(count, two);
  for (ptrdiff_t i = 0; i < count; i++) {
    expect(two[i] >= 0 && maximum[i] >= one[i], "pooled or rectified");
  }
  add_to_digest(ROWS, count, maximum);
  add_to_digest(ROWS, count, sum);
  add_to_digest(ROWS, count, two);
}

void check_rows(void) {
  static const ptrdiff_t counts[] = {0, 1, 2, 3, 15, 16, 17, 101, 640};
  for (size_t i = 0; i < sizeof counts / sizeof counts[0]; i++) {
    const ptrdiff_t count = counts[i];
    checking("rows", "count", count, 0, 0);
    struct numbers source = {5};
    float *numbers = next_numbers(&source, count, 5);
    // Many small numbers and a few great ones, as in trained matrices.
    for (ptrdiff_t k = 0; k < count; k++) numbers[k] *= numbers[k] * numbers[k];
    check_encoding(ANIMO_FP32, count, numbers);
    check_encoding(ANIMO_BF16, count, numbers);
    check_encoding(ANIMO_INT8, count, numbers);
    static const int greatest[] = {127, 1, 7, 15, 63};
    for (size_t k = 0; k < sizeof greatest / sizeof greatest[0]; k++) {
      check_quantising(count, numbers, greatest[k]);
    }
    check_pooling(count);
    release_all();
  }
  check_special_rows();
  release_all();
}
