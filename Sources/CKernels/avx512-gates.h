// The gates of the AVX-512 sets of floating point, for `TARGET` of the including file.

// e^x, x held to ±ANIMO_CLIP; a NaN becomes the lower end. See versions.h for the method and its error.
PIECE __m512 exponential(__m512 x) {
  // max and min give their second operand when one is NaN.
  x = _mm512_max_ps(x, _mm512_set1_ps(-ANIMO_CLIP));
  x = _mm512_min_ps(x, _mm512_set1_ps(ANIMO_CLIP));
  const __m512 n = _mm512_roundscale_ps(_mm512_mul_ps(x, _mm512_set1_ps(ANIMO_LOG2_E)),
                                        _MM_FROUND_TO_NEAREST_INT | _MM_FROUND_NO_EXC);
  __m512 r = _mm512_fnmadd_ps(n, _mm512_set1_ps(ANIMO_LN2_HIGH), x);
  r = _mm512_fnmadd_ps(n, _mm512_set1_ps(ANIMO_LN2_LOW), r);
  __m512 q = _mm512_set1_ps(ANIMO_Q4);
  q = _mm512_fmadd_ps(q, r, _mm512_set1_ps(ANIMO_Q3));
  q = _mm512_fmadd_ps(q, r, _mm512_set1_ps(ANIMO_Q2));
  q = _mm512_fmadd_ps(q, r, _mm512_set1_ps(ANIMO_Q1));
  q = _mm512_fmadd_ps(q, r, _mm512_set1_ps(ANIMO_Q0));
  q = _mm512_fmadd_ps(q, r, _mm512_set1_ps(1));
  q = _mm512_fmadd_ps(q, r, _mm512_set1_ps(1));
  return _mm512_scalef_ps(q, n);
}

// e^-x, for the logistic function.
PIECE __m512 falling_exponential(__m512 x) {
  return exponential(_mm512_sub_ps(_mm512_setzero_ps(), x));
}

// σ(a) · tanh(b) = (1 - e^-2b) / ((1 + e^-a)(1 + e^-2b)): one division for two functions. Absolute error
// below 3e-7.
PIECE __m512 gated_tanh(__m512 a, __m512 b) {
  const __m512 one = _mm512_set1_ps(1);
  const __m512 ea = falling_exponential(a);
  const __m512 eb = falling_exponential(_mm512_add_ps(b, b));
  return _mm512_div_ps(_mm512_sub_ps(one, eb), _mm512_mul_ps(_mm512_add_ps(one, ea), _mm512_add_ps(one, eb)));
}

// The cell of 16 units of one row from the sums of their gates: c in place; gives h.
PIECE __m512 update_cell(const __m512 z[ANIMO_GATES], float *cell) {
  const __m512 forget = _mm512_add_ps(_mm512_set1_ps(1), falling_exponential(z[1]));
  const __m512 kept = _mm512_div_ps(_mm512_loadu_ps(cell), forget);
  const __m512 c = _mm512_add_ps(kept, gated_tanh(z[0], z[2]));
  _mm512_storeu_ps(cell, c);
  return gated_tanh(z[3], c);
}

// Sums of a product that are its numbers already.
PIECE void store_sums(const __m512 sums[ANIMO_GATES], float *out) {
  UNROLLED for (int part = 0; part < ANIMO_GATES; part++) {
    _mm512_storeu_ps(out + part * ANIMO_LANES, sums[part]);
  }
}
