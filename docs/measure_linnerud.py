"""What can be known of linnerud's 20 men at all: the small table in docs/own-data.md.

    python docs/measure_linnerud.py

Each man is left out once, and the models of scikit-learn answer for him from the other 19. R² is 1
where all answers are right, 0 where they are as good as the mean of all, and less where they are
worse: then the exercises say nothing of it, or too little for 20 rows.
"""

import numpy as np
from sklearn.datasets import load_linnerud
from sklearn.ensemble import RandomForestRegressor
from sklearn.linear_model import LinearRegression, RidgeCV
from sklearn.metrics import r2_score
from sklearn.model_selection import LeaveOneOut, cross_val_predict
from sklearn.neighbors import KNeighborsRegressor
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

MODELS = {
    "linear regression": make_pipeline(StandardScaler(), LinearRegression()),
    "ridge, its strength by cross-validation": make_pipeline(
        StandardScaler(), RidgeCV(np.logspace(-2, 4, 25))
    ),
    "five nearest neighbours": make_pipeline(StandardScaler(), KNeighborsRegressor(5)),
    "forest": RandomForestRegressor(200, max_features="sqrt", random_state=0),
}


def main() -> None:
    """Print the table."""
    found = load_linnerud(as_frame=True)
    print(f"| R², each man left out once | {' | '.join(f'`{n.lower()}`' for n in found.target)} |")
    print("| --- | --- | --- | --- |")
    for name, model in MODELS.items():
        scores = [
            r2_score(answers, cross_val_predict(model, found.data, answers, cv=LeaveOneOut()))
            for _, answers in found.target.items()
        ]
        print(f"| {name} | {' | '.join(f'{score:.2f}' for score in scores)} |")


if __name__ == "__main__":
    main()
