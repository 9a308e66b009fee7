// The loops of all versions of optimiser.h: included once for each, with
//
//   TARGET          the instructions, as a function attribute
//   VERSION(name)   what a function of this version is called
//
// No #pragma once: that is the point.

TARGET static void VERSION(adam)(ptrdiff_t count, const struct animo_adam *by,
                                 const float *restrict gradients, float *restrict values,
                                 float *restrict means, float *restrict squares) {
  // A copy, so that the compiler knows that the loop does not write to it.
  const struct animo_adam constant = *by;
  for (ptrdiff_t i = 0; i < count; i++) {
    const float gradient = constant.gradient_scale * gradients[i];
    const float mean = means[i] + constant.mean_share * (gradient - means[i]);
    const float square =
        constant.square_kept * squares[i] + constant.square_share * (gradient * gradient);
    // Not sqrtf, which has to set errno and so cannot be made into vectors.
    const float root = constant.root_scale * __builtin_elementwise_sqrt(square);
    means[i] = mean;
    squares[i] = square;
    values[i] = constant.value_kept * values[i] - constant.step * (mean / (root + constant.epsilon));
  }
}

TARGET static double VERSION(sum_of_squares)(ptrdiff_t count, const float *numbers) {
  double lanes[ANIMO_SUM_LANES] = {0};
  const ptrdiff_t whole = count / ANIMO_SUM_LANES * ANIMO_SUM_LANES;
  for (ptrdiff_t i = 0; i < whole; i += ANIMO_SUM_LANES) {
    for (ptrdiff_t lane = 0; lane < ANIMO_SUM_LANES; lane++) {
      const double number = numbers[i + lane];
      lanes[lane] += number * number;
    }
  }
  for (ptrdiff_t i = whole; i < count; i++) {
    const double number = numbers[i];
    lanes[i - whole] += number * number;
  }
  for (ptrdiff_t half = ANIMO_SUM_LANES / 2; half > 0; half /= 2) {
    for (ptrdiff_t lane = 0; lane < half; lane++) lanes[lane] += lanes[lane + half];
  }
  return lanes[0];
}

TARGET static void VERSION(add)(ptrdiff_t count, float scale, const float *restrict source,
                                float *restrict target) {
  for (ptrdiff_t i = 0; i < count; i++) target[i] = target[i] + scale * source[i];
}
