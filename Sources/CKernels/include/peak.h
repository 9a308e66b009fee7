// The most arithmetic that one core can do: loops that touch registers alone. What a kernel reaches is worth
// knowing only as a share of this, measured in the same minute on the same machine.
#pragma once

#include <stdbool.h>
#include <stddef.h>

// One kind of arithmetic with one instruction set.
struct animo_peak {
  // The instruction set, such as "avx512".
  const char *name;
  // What is multiplied: "float32", "bfloat16", "int8", or "int4" for bytes times weights within ±8.
  const char *arithmetic;
  // Whether this processor has the instructions.
  bool (*runs_here)(void);
  // Multiplications and additions of one round.
  ptrdiff_t operations;
  // Does the given number of rounds.
  void (*run)(ptrdiff_t rounds);
};

// All loops compiled in; of one kind of arithmetic the widest comes first. Empty where there is none.
size_t animo_peak_count(void);
const struct animo_peak *animo_peak_at(size_t index);
