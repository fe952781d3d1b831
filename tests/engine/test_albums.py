"""Many files through a few decoders: the same pictures as through the one door, and trouble stays with its file."""

from io import BytesIO

import numpy as np
from PIL import Image

from engine import albums
from engine.decoder import NO_PICTURE, TOO_MUCH_WORK, UploadError
from engine.images import open_upload


def photo(seed: int, width: int = 300, height: int = 200, kind: str = "PNG") -> bytes:
    grey = np.random.default_rng(seed).integers(0, 256, (height, width, 3), dtype=np.uint8)
    file = BytesIO()
    Image.fromarray(grey).save(file, kind)
    return file.getvalue()


def test_small_pictures_come_as_through_the_one_door_and_in_order():
    files = [photo(seed) for seed in range(5)]
    pictures = list(albums.opened([lambda file=file: file for file in files]))
    for file, picture in zip(files, pictures, strict=True):
        np.testing.assert_array_equal(picture, np.asarray(open_upload(file)))


def test_large_pictures_are_averaged_down():
    (picture,) = albums.opened([lambda: photo(0, 2000, 1000, "JPEG")])
    height, width, _ = picture.shape
    assert height * width <= albums.KEPT_PIXELS and abs(width - 2 * height) <= 2


def test_trouble_stays_with_its_file():
    def missing() -> bytes:
        raise FileNotFoundError(2, "No such file or directory")

    files = [lambda: photo(0), lambda: b"no picture", lambda: photo(1)[:200], missing, lambda: photo(2)]
    answers = list(albums.opened(files))
    assert [isinstance(answer, UploadError) for answer in answers] == [False, True, True, True, False]
    assert str(answers[1]) == NO_PICTURE and "No such file" in str(answers[3])


def test_a_file_that_ends_its_decoder_does_not_end_the_album():
    decoder = albums.Decoder()
    decoder.open(photo(0))
    decoder.child.kill()
    try:
        decoder.open(photo(1))
    except UploadError as error:
        assert str(error) == TOO_MUCH_WORK
    np.testing.assert_array_equal(decoder.open(photo(2)), np.asarray(open_upload(photo(2))))
    decoder.close()
