// What the checks share: memory that notices an overrun, numbers, comparisons, and digests of results.
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

// The references are what they say: a multiplication and an addition are two roundings.
#pragma STDC FP_CONTRACT OFF

// MEMORY: ends at a page that may not be touched, so that reading or writing past the end ends the program.
// `release_all` gives back everything.
void *room(size_t bytes);
void release_all(void);
// `count` floats that no kernel gives: what is still there was not written.
float *untouched(ptrdiff_t count);
bool is_untouched(float number);

// NUMBERS that look random and are the same in every run and on every processor.
struct numbers {
  uint64_t state;
};
// The next number, between -1 and 1.
float next_number(struct numbers *numbers);
float *next_numbers(struct numbers *numbers, ptrdiff_t count, float factor);

// WHAT IS CHECKED NOW, for the message of a failure.
void checking(const char *version, const char *what, ptrdiff_t a, ptrdiff_t b, ptrdiff_t c);
// Each of these prints a line unless what it expects is so.
void expect(bool condition, const char *what);
// Distances of at most `tolerance`; a NaN is never close.
void expect_close(const char *what, ptrdiff_t count, const float *found, const double *exact,
                  double tolerance);
void expect_near(const char *what, ptrdiff_t count, const float *found, const float *others,
                 double tolerance);
// The same bits; any NaN equals any other, as processors make different ones.
void expect_same(const char *what, ptrdiff_t count, const float *found, const float *others);
ptrdiff_t failures(void);

// DIGESTS of what must come out the same on every processor.
enum digest { EIGHT_BITS, FUSED, TRAINING, OPTIMISER, ROWS, DIGESTS };
void add_to_digest(enum digest digest, ptrdiff_t count, const float *numbers);
void add_bytes_to_digest(enum digest digest, ptrdiff_t count, const void *bytes);
// Prints those that something was added to.
void print_digests(void);

static inline ptrdiff_t least(ptrdiff_t one, ptrdiff_t other) { return one < other ? one : other; }

// The checks.
void check_kernel_sets(void);
void check_products(void);
void check_training(void);
void check_optimisers(void);
void check_rows(void);
