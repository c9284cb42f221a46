-- The one exception to the append-only history: a person has a value that concerns them taken out of the past too.
-- retirer_du_passe is the only way. A row keeps who, when, why, of which place and field; of its values, what is taken out
-- is replaced by a text that says so. Anything else is refused as before.

CREATE OR REPLACE FUNCTION changement_immuable() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND coalesce(current_setting('tierslieux.retrait', true), '') <> '' THEN
        RETURN NULL;
    END IF;
    RAISE EXCEPTION 'changement is append-only: % refused', TG_OP USING ERRCODE = 'restrict_violation';
END
$$;

CREATE FUNCTION changement_retrait() RETURNS trigger
LANGUAGE plpgsql AS $$
DECLARE
    marque CONSTANT text := 'retiré à la demande d’une personne';
BEGIN
    IF
        current_setting('tierslieux.retrait', true) IS DISTINCT FROM old.id::text
        OR (new.id, new.lieu_id, new.champ, new.execution_id, new.auteur, new.motif, new.fait_at)
        IS DISTINCT FROM (old.id, old.lieu_id, old.champ, old.execution_id, old.auteur, old.motif, old.fait_at)
        OR (new.avant IS DISTINCT FROM old.avant AND position(marque IN coalesce(new.avant::text, '')) = 0)
        OR (new.apres IS DISTINCT FROM old.apres AND position(marque IN coalesce(new.apres::text, '')) = 0)
    THEN
        RAISE EXCEPTION 'changement is append-only: row % refused', old.id USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN new;
END
$$;

CREATE TRIGGER changement_retrait
BEFORE UPDATE ON changement
FOR EACH ROW EXECUTE FUNCTION changement_retrait();

CREATE FUNCTION retirer_du_passe(changement_id bigint, valeur_avant jsonb, valeur_apres jsonb) RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
    PERFORM set_config('tierslieux.retrait', changement_id::text, true);
    UPDATE changement SET avant = valeur_avant, apres = valeur_apres WHERE id = changement_id;
    PERFORM set_config('tierslieux.retrait', '', true);
END
$$;
