-- History is append-only: a row that says what was published, when and by whom is never rewritten nor removed.
CREATE FUNCTION changement_immuable() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'changement is append-only: % refused', TG_OP USING ERRCODE = 'restrict_violation';
END
$$;

CREATE TRIGGER changement_immuable
BEFORE UPDATE OR DELETE OR TRUNCATE ON changement
FOR EACH STATEMENT EXECUTE FUNCTION changement_immuable();
