// The gates of the int8 sets: the same operations in the same order in every set, so that all give the same
// bits. Additions and multiplications are fused where `fma` is written and nowhere else.
//
//   p(x) = 2^x, x held below 40 (a NaN counts as 40): n = x rounded to nearest even, r = x - n (exact);
//          2^r ≈ 1 + r·(P1 + … + P4·r³)
//   z    = fma(sum, scale, start)     for the gates i, f, g, o; scaled by -log2(e), g by -2·log2(e), so that
//   σ(i) = 1 / (1 + p(z_i))           and  tanh(g) = (1 - p(z_g)) / (1 + p(z_g))
//
//   I = 1 + p(z_i);  F = 1 + p(z_f);  G = 1 + p(z_g);  O = 1 + p(z_o)
//   c' = fma(c, I·G, (1 - p(z_g))·F) / (F·(I·G))
//   C = 1 + p(c'·(-2·log2(e)))
//   h = (1 - p(c'·(-2·log2(e)))) / (O·C)
//   code = the integer nearest to 127·h, ties to even
//
// Two divisions a unit instead of five. No product overflows: each factor of F·(I·G) is at most 2^40 + 1.
// p has relative error below 3e-6, far less than the half code (4e-3) that h is rounded to, and p(0) = 1, so
// that a unit of zero weights stays 0. Below 2^-126, where sets differ in what they make of it, p only meets
// additions to 1.
#pragma once

#define ANIMO_POWER_LIMIT 40.0f
#define ANIMO_POWER_LEAST -126.0f
#define ANIMO_P1 0.6931242f
#define ANIMO_P2 0.24024099f
#define ANIMO_P3 0.055906426f
#define ANIMO_P4 0.009582853f
// -2·log2(e).
#define ANIMO_TANH_FACTOR -2.88539008f
// What a hidden state of 1 is as a code.
#define ANIMO_STATE_UNIT 127.0f
