"""Numbers of other implementations for the tests of metrics.

python3 -m venv venv && venv/bin/pip install numpy scikit-learn scikit-image jiwer pycocotools
venv/bin/python metrics_golden.py > metrics-golden.json
"""
import contextlib, io, json
import numpy as np
import jiwer
from pycocotools.coco import COCO
from pycocotools.cocoeval import COCOeval
from skimage.metrics import peak_signal_noise_ratio, structural_similarity
from sklearn.metrics import jaccard_score, mean_absolute_error, roc_auc_score

rng = np.random.default_rng(7)


def boxes():
    """Pictures of boxes of three categories (ids 2, 5, 9), one of them a crowd, and detections around and beside them."""
    images, annotations, detections = [], [], []
    for image in range(12):
        images.append({"id": image + 1, "file_name": f"{image:03}.png", "width": 200, "height": 160})
        for _ in range(int(rng.integers(0, 5))):
            x, y, w, h = [round(float(v), 1) for v in (rng.uniform(0, 130), rng.uniform(0, 90), rng.uniform(10, 60), rng.uniform(10, 60))]
            category = int(rng.choice([2, 5, 9]))
            annotations.append({"id": len(annotations) + 1, "image_id": image + 1, "category_id": category, "bbox": [x, y, w, h],
                                "area": w * h, "iscrowd": int(rng.uniform() < 0.1)})
            if rng.uniform() < 0.85:
                jitter = rng.normal(0, 4, 4)
                box = [x + jitter[0], y + jitter[1], max(3, w + jitter[2]), max(3, h + jitter[3])]
                detections.append({"image_id": image + 1, "category_id": category if rng.uniform() < 0.9 else int(rng.choice([2, 5, 9])),
                                   "bbox": [round(float(v), 2) for v in box], "score": round(float(rng.uniform(0.2, 1)), 3)})
        for _ in range(int(rng.integers(0, 3))):
            detections.append({"image_id": image + 1, "category_id": int(rng.choice([2, 5, 9])), "bbox": [round(float(v), 2) for v in
                               (rng.uniform(0, 130), rng.uniform(0, 90), rng.uniform(10, 60), rng.uniform(10, 60))],
                               "score": round(float(rng.uniform(0.05, 0.7)), 3)})
    truth = {"images": images, "annotations": annotations, "categories": [{"id": c, "name": str(c)} for c in (2, 5, 9)]}
    with contextlib.redirect_stdout(io.StringIO()):
        coco = COCO()
        coco.dataset = truth
        coco.createIndex()
        evaluation = COCOeval(coco, coco.loadRes(detections), "bbox")
        evaluation.evaluate()
        evaluation.accumulate()
        evaluation.summarize()
    return {"truth": truth, "detections": detections, "map": float(evaluation.stats[0]), "map50": float(evaluation.stats[1])}


def masks():
    truth = [rng.integers(0, 4, 60) for _ in range(5)]
    found = [np.where(rng.uniform(size=60) < 0.7, t, rng.integers(0, 4, 60)) for t in truth]
    ignored = [np.where(rng.uniform(size=60) < 0.1, 255, t) for t in truth]
    t, f = np.concatenate(ignored), np.concatenate(found)
    t, f = t[t != 255], f[t != 255]
    return {"truth": [m.tolist() for m in ignored], "found": [m.tolist() for m in found],
            "miou": float(jaccard_score(t, f, average="macro")), "pixelAccuracy": float((t == f).mean())}


def pictures():
    truth = rng.integers(0, 256, (24, 32, 3)).astype(np.float64)
    for _ in range(2):
        truth = (truth + np.roll(truth, 1, 0) + np.roll(truth, 1, 1)) / 3
    truth = np.round(truth)
    found = np.clip(np.round(truth + rng.normal(0, 12, truth.shape)), 0, 255)
    return {"shape": list(truth.shape), "truth": truth.astype(int).ravel().tolist(), "found": found.astype(int).ravel().tolist(),
            "psnr": float(peak_signal_noise_ratio(truth, found, data_range=255)),
            "ssim": float(structural_similarity(truth, found, data_range=255, channel_axis=2, gaussian_weights=True, sigma=1.5, use_sample_covariance=False))}


def texts():
    truth = ["the cat sat on the mat", "hello world", "a b c d", "one", "speech is fun"]
    found = ["the cat sit on mat", "hello word", "a b x c d", "one", ""]
    return {"truth": truth, "found": found, "wer": jiwer.wer(truth, found), "cer": jiwer.cer(truth, found)}


def values():
    label = rng.integers(0, 2, 40)
    score = np.round(rng.normal(label * 0.8, 1), 1)
    truth, found = rng.normal(size=(20, 3)).round(3), rng.normal(size=(20, 3)).round(3)
    return {"labels": label.tolist(), "scores": score.tolist(), "auc": float(roc_auc_score(label, score)),
            "truth": truth.tolist(), "found": found.tolist(), "mae": float(mean_absolute_error(truth, found))}


print(json.dumps({"boxes": boxes(), "masks": masks(), "pictures": pictures(), "texts": texts(), "values": values()}))
