"""Walks through a latent space."""

import numpy as np
import pytest

from engine.latents import class_means, lerp, path, prior_samples, right_angles, shell_patch, slerp


@pytest.mark.parametrize("walk", [lerp, slerp])
def test_walks_start_and_end_where_asked(walk):
    a, b = prior_samples(2, 20, seed=3)
    codes = walk(a, b, 9)
    assert codes.shape == (9, 20)
    np.testing.assert_allclose(codes[[0, -1]], [a, b], atol=1e-5)


def test_the_arc_keeps_the_length_that_the_straight_way_loses():
    a, b = prior_samples(2, 200, seed=0)
    a, b = a / np.linalg.norm(a), b / np.linalg.norm(b)
    np.testing.assert_allclose(np.linalg.norm(slerp(a, b, 11), axis=1), 1, atol=1e-5)
    assert np.linalg.norm(lerp(a, b, 11)[5]) < 0.8


def test_the_arc_turns_at_constant_speed():
    codes = slerp([1, 0], [0, 2], 7)
    angles = np.arctan2(codes[:, 1], codes[:, 0])
    np.testing.assert_allclose(np.diff(angles), np.pi / 2 / 6, atol=1e-5)


def test_the_arc_is_straight_where_the_angle_vanishes():
    np.testing.assert_allclose(slerp([1, 1], [3, 3], 5), lerp([1, 1], [3, 3], 5), atol=1e-5)
    np.testing.assert_allclose(slerp([0, 0], [3, 1], 5), lerp([0, 0], [3, 1], 5), atol=1e-6)


def test_a_path_visits_every_stop_once():
    stops = [[0, 0], [1, 0], [1, 2]]
    codes = path(stops, 5)
    assert len(codes) == 9
    np.testing.assert_allclose(codes[[0, 4, 8]], stops)


def test_class_means_and_seeds():
    codes, labels = np.array([[0, 0], [2, 2], [5, 1]], np.float16), np.array([0, 0, 1])
    np.testing.assert_allclose(class_means(codes, labels), [[1, 1], [5, 1]])
    np.testing.assert_array_equal(prior_samples(4, 3, 9), prior_samples(4, 3, 9))
    assert abs(prior_samples(50_000, 1, 0).std() - 1) < 0.02


def test_right_angles_span_what_the_codes_span():
    codes = prior_samples(3, 12, seed=1)
    axes = right_angles(codes)
    np.testing.assert_allclose(axes @ axes.T, np.eye(3), atol=1e-6)
    np.testing.assert_allclose(codes @ axes.T @ axes, codes, atol=1e-5)
    assert (np.diag(codes @ axes.T) > 0).all()


def test_a_patch_lies_on_the_shell_and_turns_by_the_angle_asked():
    axes = right_angles(prior_samples(3, 16, seed=2))
    patch = shell_patch(axes, 5, np.pi / 3).reshape(5, 5, 16)
    np.testing.assert_allclose(np.linalg.norm(patch, axis=2), 4, atol=1e-5)
    np.testing.assert_allclose(patch[2, 2], 4 * axes[0], atol=1e-5)
    np.testing.assert_allclose(patch[2, 4] @ axes.T / 4, [0.5, np.sin(np.pi / 3), 0], atol=1e-5)  # right
    np.testing.assert_allclose(patch[0, 2] @ axes.T / 4, [0.5, 0, np.sin(np.pi / 3)], atol=1e-5)  # up
    corner = np.hypot(1, 1) * np.pi / 3
    np.testing.assert_allclose(patch[0, 0] @ axes[0] / 4, np.cos(corner), atol=1e-5)
