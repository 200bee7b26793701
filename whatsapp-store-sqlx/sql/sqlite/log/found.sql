-- The first ones of each trigger of ?4 along an index, merged: no more of them are read than are wanted.
WITH found AS (
