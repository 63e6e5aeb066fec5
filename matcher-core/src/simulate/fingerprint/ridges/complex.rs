//! The little arithmetic of complex numbers that phases need.

/// A complex number: a place of the finger's plane, or a wave at one place.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Complex {
    /// Real part.
    pub(super) re: f64,
    /// Imaginary part.
    pub(super) im: f64,
}

impl Complex {
    pub(super) const ONE: Self = Self { re: 1.0, im: 0.0 };

    pub(super) const fn new(re: f64, im: f64) -> Self {
        Self { re, im }
    }

    /// Of size 1 and this angle, in radians.
    pub(super) fn unit(angle: f64) -> Self {
        let (im, re) = libm::sincos(angle);
        Self { re, im }
    }

    pub(super) fn plus(self, other: Self) -> Self {
        Self { re: self.re + other.re, im: self.im + other.im }
    }

    pub(super) fn minus(self, other: Self) -> Self {
        Self { re: self.re - other.re, im: self.im - other.im }
    }

    pub(super) fn times(self, other: Self) -> Self {
        Self { re: self.re * other.re - self.im * other.im, im: self.re * other.im + self.im * other.re }
    }

    pub(super) fn scaled(self, by: f64) -> Self {
        Self { re: self.re * by, im: self.im * by }
    }

    pub(super) fn conjugate(self) -> Self {
        Self { re: self.re, im: -self.im }
    }

    pub(super) fn squared_size(self) -> f64 {
        self.re * self.re + self.im * self.im
    }

    pub(super) fn size(self) -> f64 {
        self.squared_size().sqrt()
    }

    /// The quotient; 0 by 0 is no number, as everywhere.
    pub(super) fn over(self, other: Self) -> Self {
        self.times(other.conjugate()).scaled(1.0 / other.squared_size())
    }

    /// The same angle at size 1; zero stays zero.
    pub(super) fn normalised(self) -> Self {
        let size = self.size();
        if size > 0.0 { self.scaled(1.0 / size) } else { self }
    }

    /// The angle, in radians, -π to π.
    pub(super) fn angle(self) -> f64 {
        libm::atan2(self.im, self.re)
    }

    /// The square root whose real part is not negative; it jumps across the negative real axis alone.
    pub(super) fn square_root(self) -> Self {
        let size = self.size();
        let re = f64::midpoint(size, self.re).max(0.0).sqrt();
        let im = f64::midpoint(size, -self.re).max(0.0).sqrt();
        Self { re, im: if self.im < 0.0 { -im } else { im } }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn roots_and_quotients_undo_squares_and_products() {
        for k in 0..62 {
            let z = Complex::unit(f64::from(k) * 0.1 - 3.1).scaled(0.3 + f64::from(k));
            let root = z.square_root();
            assert!(root.re >= 0.0 && root.times(root).minus(z).size() < 1e-12 * z.size());
            let by = Complex::new(0.5, -2.0);
            assert!(z.times(by).over(by).minus(z).size() < 1e-12 * z.size());
            assert!((z.angle() - (f64::from(k) * 0.1 - 3.1)).abs() < 1e-12);
        }
    }
}
